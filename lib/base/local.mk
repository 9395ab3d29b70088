noinst_LIBRARIES += libbase.a
libbase_a_SOURCES = \
	%D%/arena.c %D%/arena.h \
	%D%/banned.h \
	%D%/buf.c %D%/buf.h \
	%D%/clock.c %D%/clock.h \
	%D%/conf.c %D%/conf.h \
	%D%/crypt.c %D%/crypt.h \
	%D%/csv.h \
	%D%/error.c %D%/error.h \
	%D%/http.h \
	%D%/json.c %D%/json.h \
	%D%/log.c %D%/log.h \
	%D%/money.c %D%/money.h \
	%D%/qr.h \
	%D%/text.c %D%/text.h \
	%D%/wake.c %D%/wake.h \
	%D%/xlsx.h

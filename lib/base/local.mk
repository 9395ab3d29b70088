noinst_LIBRARIES += libbase.a
libbase_a_SOURCES = \
	%D%/acs.c %D%/acs.h \
	%D%/address.c %D%/address.h \
	%D%/arena.c %D%/arena.h \
	%D%/banned.h \
	%D%/buf.c %D%/buf.h \
	%D%/cidr.c %D%/cidr.h \
	%D%/clock.c %D%/clock.h \
	%D%/conf.c %D%/conf.h \
	%D%/crypt.c %D%/crypt.h \
	%D%/csv.c %D%/csv.h \
	%D%/error.c %D%/error.h \
	%D%/sample_picture.h \
	%D%/http.c %D%/http.h \
	%D%/json.c %D%/json.h %D%/json_number.c \
	%D%/log.c %D%/log.h \
	%D%/mail.c %D%/mail.h \
	%D%/money.c %D%/money.h \
	%D%/object.c %D%/object.h \
	%D%/pdf.c %D%/pdf.h \
	%D%/picture.c %D%/picture.h \
	%D%/qr.c %D%/qr.h \
	%D%/sign.c %D%/sign.h \
	%D%/text.c %D%/text.h \
	%D%/totp.c %D%/totp.h \
	%D%/wake.c %D%/wake.h \
	%D%/xml.c %D%/xml.h \
	%D%/xlsx.h %D%/xlsx_internal.h %D%/xlsx_read.c %D%/xlsx_sheet.c %D%/xlsx_write.c

noinst_LIBRARIES += libdb.a
libdb_a_SOURCES = \
	%D%/audit.c %D%/audit.h \
	%D%/db.c %D%/db.h \
	%D%/db_connect.c \
	%D%/db_row.c \
	%D%/db_statement.c %D%/db_internal.h \
	%D%/lease.c %D%/lease.h \
	%D%/migrate.c %D%/migrate.h \
	%D%/setting.c %D%/setting.h

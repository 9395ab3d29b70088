noinst_LIBRARIES += libdb.a
libdb_a_SOURCES = \
	%D%/audit.c %D%/audit.h \
	%D%/audit_archive.c %D%/audit_chain.h \
	%D%/audit_fold.c \
	%D%/audit_proof.c \
	%D%/audit_seal.c \
	%D%/db.c %D%/db.h \
	%D%/db_connect.c \
	%D%/db_row.c \
	%D%/db_statement.c %D%/db_internal.h \
	%D%/glance.c %D%/glance.h \
	%D%/lease.c %D%/lease.h \
	%D%/migrate.c %D%/migrate.h \
	%D%/setting.c %D%/setting.h

# Needs a server: t/system/test_db.py runs it on a scratch instance.
check_PROGRAMS += db_test migrate_test
db_test_SOURCES = t/system/db_test.c
db_test_LDADD = $(RUN_LIBS) $(CMOCKA_LIBS)
migrate_test_SOURCES = t/unit/migrate_test.c
migrate_test_LDADD = $(DB_LIBS) $(CMOCKA_LIBS)
TESTS += migrate_test

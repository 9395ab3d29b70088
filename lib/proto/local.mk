# lib/proto: sources and programs of this room
noinst_LIBRARIES += libproto.a
libproto_a_SOURCES = \
	%D%/ykc.c %D%/ykc.h \
	%D%/ykc_frame.c

check_PROGRAMS += ykc_test
ykc_test_SOURCES = t/unit/ykc_test.c
ykc_test_LDADD = libproto.a $(BASE_LIBS) $(CMOCKA_LIBS)
TESTS += ykc_test

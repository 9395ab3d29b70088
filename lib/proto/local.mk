# lib/proto: sources and programs of this room
noinst_LIBRARIES += libproto.a
libproto_a_SOURCES = \
	%D%/cec102.c %D%/cec102.h \
	%D%/cec102_table.c \
	%D%/ykc.c %D%/ykc.h \
	%D%/ykc_frame.c \
	%D%/ykc_table.c %D%/ykc_table.h \
	%D%/ykc_text.c

check_PROGRAMS += ykc_test
ykc_test_SOURCES = t/unit/ykc_test.c
ykc_test_LDADD = libproto.a $(BASE_LIBS) $(CMOCKA_LIBS)
TESTS += ykc_test

check_PROGRAMS += cec102_test
cec102_test_SOURCES = t/unit/cec102_test.c
cec102_test_LDADD = libproto.a $(BASE_LIBS) $(CMOCKA_LIBS)
TESTS += cec102_test

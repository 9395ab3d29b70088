# lib/proto: sources and programs of this room
noinst_LIBRARIES += libproto.a
libproto_a_SOURCES = \
	%D%/ap3000.c %D%/ap3000.h \
	%D%/ap3000_json.c %D%/ap3000_json.h \
	%D%/ap3000_table.c %D%/ap3000_table.h \
	%D%/cam.c %D%/cam.h \
	%D%/cec102.c %D%/cec102.h \
	%D%/cec102_table.c \
	%D%/ocpp.c %D%/ocpp.h %D%/ocpp_action.h \
	%D%/ocpp_check.c \
	%D%/ocpp_table.c \
	%D%/ocpp_value.c \
	%D%/ws.c %D%/ws.h \
	%D%/ws_handshake.c \
	%D%/ykc.c %D%/ykc.h \
	%D%/ykc_frame.c \
	%D%/ykc_table.c %D%/ykc_table.h \
	%D%/ykc_text.c

check_PROGRAMS += ap3000_test
ap3000_test_SOURCES = t/unit/ap3000_test.c
ap3000_test_LDADD = libproto.a $(BASE_LIBS) $(CMOCKA_LIBS)
TESTS += ap3000_test

check_PROGRAMS += cam_test
cam_test_SOURCES = t/unit/cam_test.c
cam_test_LDADD = libproto.a $(BASE_LIBS) $(CMOCKA_LIBS)
TESTS += cam_test

check_PROGRAMS += ykc_test
ykc_test_SOURCES = t/unit/ykc_test.c
ykc_test_LDADD = libproto.a $(BASE_LIBS) $(CMOCKA_LIBS)
TESTS += ykc_test

check_PROGRAMS += cec102_test
cec102_test_SOURCES = t/unit/cec102_test.c
cec102_test_LDADD = libproto.a $(BASE_LIBS) $(CMOCKA_LIBS)
TESTS += cec102_test

check_PROGRAMS += ws_test
ws_test_SOURCES = t/unit/ws_test.c
ws_test_LDADD = libproto.a $(BASE_LIBS) $(CMOCKA_LIBS)
TESTS += ws_test

check_PROGRAMS += ocpp_test
ocpp_test_SOURCES = t/unit/ocpp_test.c
ocpp_test_LDADD = libproto.a $(BASE_LIBS) $(CMOCKA_LIBS)
TESTS += ocpp_test

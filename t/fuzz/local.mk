# t/fuzz: a harness a parser and the driver they share. To add one: a line in fuzz_tests, its _SOURCES and _LDADD,
# and a folder corpus/NAME for NAME_fuzz.
fuzz_driver = %D%/driver.c %D%/fuzz.h
fuzz_tests =

fuzz_tests += %D%/csv_fuzz %D%/json_fuzz %D%/number_fuzz %D%/sheet_fuzz %D%/xlsx_fuzz %D%/xml_fuzz
%C%_xml_fuzz_SOURCES = %D%/xml_fuzz.c $(fuzz_driver)
%C%_xml_fuzz_LDADD = $(BASE_LIBS)
%C%_csv_fuzz_SOURCES = %D%/csv_fuzz.c $(fuzz_driver)
%C%_csv_fuzz_LDADD = $(BASE_LIBS)
%C%_json_fuzz_SOURCES = %D%/json_fuzz.c $(fuzz_driver)
%C%_json_fuzz_LDADD = $(BASE_LIBS)
%C%_number_fuzz_SOURCES = %D%/number_fuzz.c $(fuzz_driver)
%C%_number_fuzz_LDADD = $(BASE_LIBS)
%C%_sheet_fuzz_SOURCES = %D%/sheet_fuzz.c %D%/xlsx_check.h t/unit/xlsx_zip.c t/unit/xlsx_zip.h $(fuzz_driver)
%C%_sheet_fuzz_LDADD = $(BASE_LIBS)
%C%_xlsx_fuzz_SOURCES = %D%/xlsx_fuzz.c %D%/xlsx_check.h $(fuzz_driver)
%C%_xlsx_fuzz_LDADD = $(BASE_LIBS)

fuzz_tests += %D%/ap3000_fuzz
%C%_ap3000_fuzz_SOURCES = %D%/ap3000_fuzz.c $(fuzz_driver)
%C%_ap3000_fuzz_LDADD = libproto.a $(BASE_LIBS)

fuzz_tests += %D%/cam_fuzz
%C%_cam_fuzz_SOURCES = %D%/cam_fuzz.c $(fuzz_driver)
%C%_cam_fuzz_LDADD = libproto.a $(BASE_LIBS)
fuzz_tests += %D%/ykc_fuzz %D%/cec102_fuzz %D%/ocpp_fuzz %D%/ws_fuzz
%C%_cec102_fuzz_SOURCES = %D%/cec102_fuzz.c $(fuzz_driver)
%C%_cec102_fuzz_LDADD = libproto.a $(BASE_LIBS)
%C%_ocpp_fuzz_SOURCES = %D%/ocpp_fuzz.c $(fuzz_driver)
%C%_ocpp_fuzz_LDADD = libproto.a $(BASE_LIBS)
%C%_ws_fuzz_SOURCES = %D%/ws_fuzz.c $(fuzz_driver)
%C%_ws_fuzz_LDADD = libproto.a $(BASE_LIBS)
%C%_ykc_fuzz_SOURCES = %D%/ykc_fuzz.c $(fuzz_driver)
%C%_ykc_fuzz_LDADD = libproto.a $(BASE_LIBS)

check_PROGRAMS += $(fuzz_tests)
TESTS += $(fuzz_tests)
EXTRA_DIST += %D%/corpus

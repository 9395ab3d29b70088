# t/unit: one cmocka group a program, TAP. To add a test: a line in unit_tests and its _SOURCES and _LDADD.
unit_base_libs = $(BASE_LIBS) $(CMOCKA_LIBS)
unit_tests =

unit_tests += %D%/arena_test %D%/buf_test %D%/cidr_test %D%/clock_test %D%/conf_test %D%/crypt_test %D%/csv_test %D%/error_test \
	%D%/http_test %D%/json_test %D%/log_test %D%/money_test %D%/qr_test %D%/text_test %D%/totp_test %D%/wake_test %D%/xlsx_test
unit_tests += %D%/picture_test
unit_tests += %D%/address_test %D%/mail_test
%C%_address_test_SOURCES = %D%/address_test.c %D%/unit.h
%C%_address_test_LDADD = $(unit_base_libs)
%C%_mail_test_SOURCES = %D%/mail_test.c %D%/unit.h
%C%_mail_test_LDADD = $(unit_base_libs)
%C%_arena_test_SOURCES = %D%/arena_test.c %D%/unit.h
%C%_arena_test_LDADD = $(unit_base_libs)
%C%_buf_test_SOURCES = %D%/buf_test.c %D%/unit.h
%C%_buf_test_LDADD = $(unit_base_libs)
%C%_cidr_test_SOURCES = %D%/cidr_test.c %D%/unit.h
%C%_cidr_test_LDADD = $(unit_base_libs)
%C%_clock_test_SOURCES = %D%/clock_test.c %D%/unit.h
%C%_clock_test_LDADD = $(unit_base_libs)
%C%_conf_test_SOURCES = %D%/conf_test.c %D%/unit.h
%C%_conf_test_LDADD = $(unit_base_libs)
%C%_crypt_test_SOURCES = %D%/crypt_test.c %D%/unit.h
%C%_crypt_test_LDADD = $(unit_base_libs)
%C%_csv_test_SOURCES = %D%/csv_test.c %D%/unit.h
%C%_csv_test_LDADD = $(unit_base_libs)
%C%_error_test_SOURCES = %D%/error_test.c %D%/unit.h
%C%_error_test_LDADD = $(unit_base_libs)
%C%_http_test_SOURCES = %D%/http_test.c %D%/unit.h
%C%_http_test_LDADD = $(unit_base_libs)
%C%_json_test_SOURCES = %D%/json_test.c %D%/unit.h
%C%_json_test_LDADD = $(unit_base_libs)
%C%_log_test_SOURCES = %D%/log_test.c %D%/unit.h
%C%_log_test_LDADD = $(unit_base_libs)
%C%_money_test_SOURCES = %D%/money_test.c %D%/unit.h
%C%_money_test_LDADD = $(unit_base_libs)
%C%_picture_test_SOURCES = %D%/picture_test.c %D%/unit.h
%C%_picture_test_LDADD = $(unit_base_libs)
%C%_qr_test_SOURCES = %D%/qr_test.c %D%/unit.h
%C%_qr_test_LDADD = $(unit_base_libs)
%C%_text_test_SOURCES = %D%/text_test.c %D%/unit.h
%C%_text_test_LDADD = $(unit_base_libs)
%C%_totp_test_SOURCES = %D%/totp_test.c %D%/unit.h
%C%_totp_test_LDADD = $(unit_base_libs)
%C%_wake_test_SOURCES = %D%/wake_test.c %D%/unit.h
%C%_wake_test_LDADD = $(unit_base_libs)
%C%_xlsx_test_SOURCES = %D%/xlsx_test.c %D%/xlsx_zip.c %D%/xlsx_zip.h %D%/unit.h
%C%_xlsx_test_LDADD = $(unit_base_libs)

unit_charge_libs = $(CHARGE_LIBS) $(CMOCKA_LIBS)
unit_tests += %D%/anomaly_test %D%/rating_test %D%/usage_test %D%/working_day_test
%C%_anomaly_test_SOURCES = %D%/anomaly_test.c %D%/unit.h
%C%_anomaly_test_LDADD = $(unit_charge_libs)
%C%_rating_test_SOURCES = %D%/rating_test.c %D%/unit.h
%C%_rating_test_LDADD = $(unit_charge_libs)
%C%_usage_test_SOURCES = %D%/usage_test.c %D%/unit.h
%C%_usage_test_LDADD = $(unit_charge_libs)
%C%_working_day_test_SOURCES = %D%/working_day_test.c %D%/unit.h
%C%_working_day_test_LDADD = $(unit_charge_libs)

unit_tests += %D%/engine_test
%C%_engine_test_SOURCES = %D%/engine_test.c %D%/unit.h
%C%_engine_test_LDADD = libresource.a $(CGI_LIBS) $(CMOCKA_LIBS)

check_PROGRAMS += $(unit_tests)
TESTS += $(unit_tests)

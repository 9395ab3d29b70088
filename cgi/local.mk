# cgi: sources and programs of this room
noinst_LIBRARIES += libcgi.a
libcgi_a_SOURCES = \
	%D%/factor.c %D%/factor.h \
	%D%/colour.c \
	%D%/language.c %D%/language.h \
	%D%/login.c %D%/login.h \
	%D%/map.c %D%/map.h \
	%D%/parse.c %D%/parse.h \
	%D%/password.c %D%/password.h \
	%D%/perm.c %D%/perm.h \
	%D%/render.c %D%/render.h \
	%D%/render_function.c %D%/render_function.h \
	%D%/request.c %D%/request.h \
	%D%/response.c %D%/response.h \
	%D%/route.c %D%/route.h \
	%D%/serve.c %D%/serve.h \
	%D%/style.c %D%/style.h \
	%D%/tariff_words.c %D%/tariff_words.h \
	%D%/text_store.c %D%/text_store.h \
	%D%/throttle.c
CGI_LIBS = libcgi.a $(NEO_CS_LIBS) $(CHARGE_LIBS) $(FCGI_LIBS)

libexec_PROGRAMS += chargeops-admin
chargeops_admin_SOURCES = %D%/admin.c \
	%D%/captcha.c %D%/captcha.h \
	%D%/factor_page.c \
	%D%/login_page.c %D%/login_page.h \
	%D%/me_page.c \
	%D%/password_page.c
chargeops_admin_CFLAGS = $(AM_CFLAGS) $(GD_CFLAGS)
# The tables and the engine know each other.
SCREEN_LIBS = libresource.a libscreen.a libresource.a libscreen.a
chargeops_admin_LDADD = $(SCREEN_LIBS) $(CGI_LIBS) $(GD_LIBS) $(MIMALLOC_LIBS)

libexec_PROGRAMS += chargeops-task
chargeops_task_SOURCES = %D%/task.c
chargeops_task_LDADD = $(SCREEN_LIBS) $(CGI_LIBS) $(MIMALLOC_LIBS)

check_PROGRAMS += t/unit/request_test t/unit/render_test t/fuzz/request_fuzz
TESTS += t/unit/request_test t/unit/render_test t/fuzz/request_fuzz
t_unit_request_test_SOURCES = t/unit/request_test.c t/unit/unit.h
t_unit_request_test_LDADD = $(CGI_LIBS) $(CMOCKA_LIBS)
t_unit_render_test_SOURCES = t/unit/render_test.c t/unit/unit.h
t_unit_render_test_LDADD = $(CGI_LIBS) $(CMOCKA_LIBS)
t_fuzz_request_fuzz_SOURCES = t/fuzz/request_fuzz.c t/fuzz/driver.c t/fuzz/fuzz.h
t_fuzz_request_fuzz_LDADD = $(CGI_LIBS)

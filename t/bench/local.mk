# Baselines of the benches: what one would write without the house.
noinst_PROGRAMS += hand_page
hand_page_SOURCES = %D%/hand_page.c
hand_page_LDADD = $(FCGI_LIBS) $(MARIADB_LIBS)
noinst_PROGRAMS += bare_xlsx
bare_xlsx_SOURCES = %D%/bare_xlsx.c
bare_xlsx_LDADD = $(XLSXWRITER_LIBS)
noinst_PROGRAMS += frame_echo frame_load
frame_echo_SOURCES = %D%/frame_echo.c
frame_load_SOURCES = %D%/frame_load.c
frame_load_LDADD = libproto.a $(BASE_LIBS)
noinst_PROGRAMS += ocpp_load
ocpp_load_SOURCES = %D%/ocpp_load.c
ocpp_load_LDADD = libproto.a $(BASE_LIBS)
noinst_PROGRAMS += settle_bench
settle_bench_SOURCES = %D%/settle_bench.c t/system/charge_world.c t/system/charge_world.h
settle_bench_LDADD = $(CHARGE_LIBS) $(CMOCKA_LIBS)
EXTRA_DIST += %D%/bench_export.py %D%/bench_gateway.py %D%/bench_ocpp.py %D%/ocpp_rpc.js %D%/bench_pages.py %D%/bench_report.py %D%/bench_settle.py %D%/measure.py

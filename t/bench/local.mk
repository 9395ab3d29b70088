# Baselines of the benches: what one would write without the house.
noinst_PROGRAMS += hand_page
hand_page_SOURCES = %D%/hand_page.c
hand_page_LDADD = $(FCGI_LIBS) $(MARIADB_LIBS)
EXTRA_DIST += %D%/bench_pages.py %D%/bench_report.py %D%/measure.py

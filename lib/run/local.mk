noinst_LIBRARIES += librun.a
librun_a_SOURCES = \
	%D%/daemon.c %D%/daemon.h \
	%D%/job.c %D%/job.h \
	%D%/loop.c \
	%D%/metric.c \
	%D%/program.c %D%/program.h \
	%D%/worker.c %D%/worker.h

check_PROGRAMS += job_test loop_test worker_probe
job_test_SOURCES = t/unit/job_test.c
job_test_LDADD = $(RUN_LIBS) $(CMOCKA_LIBS)
loop_test_SOURCES = t/unit/loop_test.c
loop_test_LDADD = $(RUN_LIBS) $(CMOCKA_LIBS)
TESTS += job_test loop_test
# t/system/test_worker.py runs it.
worker_probe_SOURCES = t/system/worker_probe.c
worker_probe_LDADD = $(RUN_LIBS)

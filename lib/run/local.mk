noinst_LIBRARIES += librun.a
librun_a_SOURCES = \
	%D%/daemon.c %D%/daemon.h \
	%D%/job.c %D%/job.h \
	%D%/loop.c \
	%D%/metric.c \
	%D%/program.c %D%/program.h \
	%D%/worker.c %D%/worker.h

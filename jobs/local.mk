# jobs: sources and programs of this room
bin_PROGRAMS += chargeops-job
chargeops_job_SOURCES = \
	%D%/jobs.h \
	%D%/main.c \
	%D%/migrate.c
chargeops_job_LDADD = $(RUN_LIBS)

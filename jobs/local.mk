# jobs: sources and programs of this room
bin_PROGRAMS += chargeops-job
chargeops_job_SOURCES = \
	%D%/agreement.c \
	%D%/audit_proof.c \
	%D%/audit_seal.c \
	%D%/bench_fill.c \
	%D%/cycle_bill.c \
	%D%/channel_sandbox.c \
	%D%/daily_report.c \
	%D%/demo.c %D%/demo.h \
	%D%/demo_bay.c \
	%D%/demo_desk.c \
	%D%/demo_bike.c %D%/demo_day.c \
	%D%/demo_fleet.c \
	%D%/demo_card.c \
	%D%/demo_park.c \
	%D%/demo_place.c %D%/demo_plan.c \
	%D%/exchange.c \
	%D%/expire.c \
	%D%/first_admin.c \
	%D%/jobs.h \
	%D%/ledger_proof.c \
	%D%/main.c \
	%D%/migrate.c \
	%D%/money.c \
	%D%/purge.c \
	%D%/reconcile.c \
	%D%/rollup.c %D%/start_plans.c \
	%D%/settlement.c \
	%D%/store_pictures.c
chargeops_job_LDADD = $(CHARGE_LIBS)

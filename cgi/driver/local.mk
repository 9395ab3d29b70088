# cgi/driver: sources and programs of this room
libexec_PROGRAMS += chargeops-driver
chargeops_driver_SOURCES = cgi/driver.c \
	%D%/driver.h \
	%D%/fleet.c \
	%D%/invoice.c \
	%D%/member.c \
	%D%/plan.c \
	%D%/place.c \
	%D%/price.c \
	%D%/receipt.c \
	%D%/remote.c \
	%D%/reservation.c \
	%D%/review.c \
	%D%/sandbox.c \
	%D%/say.c \
	%D%/station.c \
	%D%/session.c \
	%D%/vehicle.c \
	%D%/wallet.c
chargeops_driver_LDADD = $(CGI_LIBS) $(MIMALLOC_LIBS)

# cgi/open: sources and programs of this room
libexec_PROGRAMS += chargeops-open
chargeops_open_SOURCES = cgi/open.c \
	%D%/channel.c %D%/exchange.c %D%/firmware.c %D%/parking.c %D%/open.h
chargeops_open_LDADD = libproto.a $(CGI_LIBS) $(MIMALLOC_LIBS)

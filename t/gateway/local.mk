# t/gateway: scripted peers against the real gateway (pytest), and what they need
noinst_PROGRAMS += charge_probe
charge_probe_SOURCES = %D%/charge_probe.c
charge_probe_LDADD = $(CHARGE_LIBS)
EXTRA_DIST += %D%/conftest.py %D%/fleet.py %D%/peer.py %D%/site_rows.py

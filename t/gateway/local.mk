# t/gateway: scripted peers against the real gateway (pytest), and what they need
noinst_PROGRAMS += charge_probe
charge_probe_SOURCES = %D%/charge_probe.c
charge_probe_LDADD = $(CHARGE_LIBS)
EXTRA_DIST += %D%/bike.py %D%/conftest.py %D%/fleet.py %D%/peer.py %D%/shed.py %D%/site_rows.py

# ops: what a server needs beside the programs. docs/install.md walks through it.
EXTRA_DIST += \
	%D%/backup.sh %D%/build.sh %D%/chargeops.conf.in %D%/common.sh %D%/cron.sh %D%/crontab %D%/instance.sh %D%/keep.sh \
	%D%/mosquitto.conf.in %D%/mysql.cnf.in %D%/nginx.conf.in %D%/nginx.site.in %D%/nginx.upstream.in %D%/packages %D%/run.sh \
	%D%/test.sh \
	%D%/server/chargeops@.service.in %D%/server/chargeops-cron.service.in %D%/server/chargeops.target \
	%D%/server/chargeops-broker.path %D%/server/chargeops-broker.service %D%/server/mosquitto.conf \
	%D%/server/chargeops.sysusers %D%/server/chargeops.tmpfiles %D%/server/chargeops.conf.in %D%/server/nginx.site.in

systemddir = $(prefix)/lib/systemd/system
opsetc = $(sysconfdir)/chargeops
# [@] so that configure leaves the marks alone
ops_fill = $(SED) -e 's|[@]libexecdir@|$(libexecdir)|g' -e 's|[@]bindir@|$(bindir)|g' -e 's|[@]sysconfdir@|$(sysconfdir)|g' \
	-e 's|[@]pkgdatadir@|$(pkgdatadir)|g' -e 's|[@]STATIC@|$(pkgdatadir)/static|g' -e 's|[@]RUN@|/run/chargeops|g'

install-data-local: ops-install-pages ops-install-system ops-install-config

# Templates, page assets and migrations are read at run time.
ops-install-pages:
	cd $(srcdir) && find templates static sql -type f ! -path '*/node_modules/*' ! -name '.*' | while read f; do \
		$(INSTALL) -D -m 644 "$$f" "$(DESTDIR)$(pkgdatadir)/$$f" || exit 1; done
	$(INSTALL) -D -m 755 $(srcdir)/ops/cron.sh $(DESTDIR)$(pkgdatadir)/ops/cron.sh

ops-install-system:
	$(MKDIR_P) $(DESTDIR)$(systemddir) $(DESTDIR)$(prefix)/lib/sysusers.d $(DESTDIR)$(prefix)/lib/tmpfiles.d
	for u in chargeops@.service chargeops-cron.service; do \
		$(ops_fill) "$(srcdir)/ops/server/$$u.in" > "$(DESTDIR)$(systemddir)/$$u" || exit 1; done
	$(INSTALL_DATA) $(srcdir)/ops/server/chargeops.target $(DESTDIR)$(systemddir)/chargeops.target
	$(INSTALL_DATA) $(srcdir)/ops/server/chargeops-broker.path $(srcdir)/ops/server/chargeops-broker.service $(DESTDIR)$(systemddir)
	$(INSTALL_DATA) $(srcdir)/ops/server/chargeops.sysusers $(DESTDIR)$(prefix)/lib/sysusers.d/chargeops.conf
	$(INSTALL_DATA) $(srcdir)/ops/server/chargeops.tmpfiles $(DESTDIR)$(prefix)/lib/tmpfiles.d/chargeops.conf

# What the operator may have changed is kept; the new one lies beside it as .new
ops-install-config:
	$(MKDIR_P) $(DESTDIR)$(opsetc) $(DESTDIR)$(sysconfdir)/nginx/sites-available
	put() { if test -f "$$2" && ! cmp -s "$$1" "$$2"; then mv "$$1" "$$2.new"; else mv "$$1" "$$2"; fi; }; \
	etc="$(DESTDIR)$(opsetc)"; t="$$etc/.installing"; \
	umask 027; $(ops_fill) $(srcdir)/ops/server/chargeops.conf.in > "$$t" && put "$$t" "$$etc/chargeops.conf"; \
	umask 022; $(ops_fill) $(srcdir)/ops/crontab > "$$t" && put "$$t" "$$etc/crontab"; \
	$(ops_fill) $(srcdir)/ops/nginx.site.in > "$$t" && mv "$$t" "$$etc/nginx.addresses"; \
	$(ops_fill) $(srcdir)/ops/nginx.upstream.in > "$$t" && mv "$$t" "$$etc/nginx.upstream"; \
	$(ops_fill) $(srcdir)/ops/server/nginx.site.in > "$$t" && put "$$t" "$(DESTDIR)$(sysconfdir)/nginx/sites-available/chargeops"

# Configuration stays.
uninstall-local:
	rm -rf $(DESTDIR)$(pkgdatadir)/templates $(DESTDIR)$(pkgdatadir)/static $(DESTDIR)$(pkgdatadir)/sql $(DESTDIR)$(pkgdatadir)/ops
	rm -f $(DESTDIR)$(systemddir)/chargeops@.service $(DESTDIR)$(systemddir)/chargeops-cron.service \
		$(DESTDIR)$(systemddir)/chargeops-broker.path $(DESTDIR)$(systemddir)/chargeops-broker.service \
		$(DESTDIR)$(systemddir)/chargeops.target $(DESTDIR)$(prefix)/lib/sysusers.d/chargeops.conf \
		$(DESTDIR)$(prefix)/lib/tmpfiles.d/chargeops.conf $(DESTDIR)$(opsetc)/nginx.addresses $(DESTDIR)$(opsetc)/nginx.upstream

.PHONY: ops-install-pages ops-install-system ops-install-config

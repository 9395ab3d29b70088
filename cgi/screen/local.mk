# cgi/screen: the screens as tables, and the few pages by hand
noinst_LIBRARIES += libscreen.a
libscreen_a_SOURCES = %D%/screens.c %D%/screen.c %D%/screen.h %D%/screen_list.h \
libscreen_a_SOURCES = %D%/screens.c %D%/screen.c %D%/screen.h \
	%D%/aftersale.c %D%/channel.c %D%/channel_bill.c %D%/payment.c %D%/refund.c %D%/withdrawal.c \
	%D%/bank_account.c %D%/merchant.c \
	%D%/account.c %D%/alarm.c %D%/api_key.c %D%/area.c %D%/assign.c %D%/audit.c %D%/card.c %D%/chart.c %D%/chart.h %D%/code.c %D%/connector.c %D%/daily_report.c %D%/department.c %D%/device.c %D%/device_record.c \
	%D%/home.c %D%/home.h %D%/home_figures.c %D%/home_sum.c \
	%D%/job_run.c %D%/member.c %D%/pile.c %D%/post.c %D%/property.c %D%/provider.c %D%/purse.c %D%/raw_frame.c %D%/role.c \
	%D%/security.c \
	%D%/style.c \
	%D%/email.c \
	%D%/fault.c \
	%D%/partner.c \
	%D%/cycle_bill.c \
	%D%/email.c %D%/fleet.c \
	%D%/session.c %D%/session_show.c %D%/session_show.h %D%/setting.c %D%/station.c %D%/tariff.c %D%/tariff_page.c %D%/tariff_slots.c %D%/tariff_slots.h \
	%D%/task.c %D%/tree.c %D%/user.c %D%/webhook.c

# daemons: sources and programs of this room
libexec_PROGRAMS += chargeops-gateway
chargeops_gateway_SOURCES = \
	%D%/wheel.c %D%/wheel.h \
	%D%/gateway/await.c \
	%D%/gateway/black_box.c \
	%D%/gateway/channel.c %D%/gateway/channel.h \
	%D%/gateway/conn.c \
	%D%/gateway/core.c %D%/gateway/core.h \
	%D%/gateway/count.c %D%/gateway/count_list.h \
	%D%/gateway/gateway.c %D%/gateway/gateway.h \
	%D%/gateway/live.c \
	%D%/gateway/login.c \
	%D%/gateway/loop.h \
	%D%/gateway/message.c %D%/gateway/message.h \
	%D%/gateway/taker.c \
	%D%/gateway/writer.c %D%/gateway/writer.h \
	%D%/gateway/charge_desk.c \
	%D%/gateway/ap3000/ap3000.h \
	%D%/gateway/ap3000/down.c \
	%D%/gateway/ap3000/up.c \
	%D%/gateway/ocpp/call.c \
	%D%/gateway/ocpp/down.c \
	%D%/gateway/ocpp/link.c \
	%D%/gateway/ocpp/ocpp.h \
	%D%/gateway/ocpp/up.c \
	%D%/gateway/ykc/down.c \
	%D%/gateway/ykc/up.c %D%/gateway/ykc/ykc.h
chargeops_gateway_LDADD = libproto.a $(CHARGE_LIBS)

libexec_PROGRAMS += chargeops-courier
chargeops_courier_SOURCES = %D%/courier/courier.c %D%/courier/courier.h %D%/courier/crew.c %D%/courier/exchange.c %D%/courier/mail.c %D%/courier/parking.c %D%/courier/sms.c %D%/courier/webhook.c %D%/courier/wechat.c
chargeops_courier_LDADD = libproto.a $(CHARGE_LIBS)

libexec_PROGRAMS += chargeops-camera
chargeops_camera_SOURCES = %D%/camera/camera.c %D%/camera/link.c %D%/camera/message.h %D%/camera/writer.c
chargeops_camera_LDADD = libproto.a $(CHARGE_LIBS) $(MOSQUITTO_LIBS)

bin_PROGRAMS += chargeops-pilesim
chargeops_pilesim_SOURCES = \
	%D%/wheel.c %D%/wheel.h \
	%D%/pilesim/ap3000.c \
	%D%/pilesim/camera.c %D%/pilesim/camera.h \
	%D%/pilesim/control.c \
	%D%/pilesim/fleet.c \
	%D%/pilesim/gun.c \
	%D%/pilesim/ocpp.c \
	%D%/pilesim/pile.c \
	%D%/pilesim/pilesim.c \
	%D%/pilesim/record.c \
	%D%/pilesim/sim.h \
	%D%/pilesim/wire.c \
	%D%/pilesim/ykc.c
chargeops_pilesim_LDADD = librun.a libproto.a $(BASE_LIBS) $(MOSQUITTO_LIBS)

bin_PROGRAMS += chargeops-paysim
chargeops_paysim_SOURCES = \
	%D%/paysim/control.c \
	%D%/paysim/leshua.c \
	%D%/paysim/notice.c \
	%D%/paysim/notify.c \
	%D%/paysim/paysim.c %D%/paysim/sim.h \
	%D%/paysim/phone.c \
	%D%/paysim/suixingpay.c \
	%D%/paysim/tax.c \
	%D%/paysim/wechat.c
chargeops_paysim_LDADD = $(CHARGE_LIBS)

check_PROGRAMS += wheel_test
wheel_test_SOURCES = t/unit/wheel_test.c daemons/wheel.c daemons/wheel.h
wheel_test_LDADD = $(BASE_LIBS) $(CMOCKA_LIBS)
TESTS += wheel_test

noinst_LIBRARIES += libcharge.a
libcharge_a_SOURCES = \
	%D%/agreement.c %D%/agreement.h %D%/agreement_deal.c %D%/agreement_share.c \
	%D%/alarm.c %D%/alarm.h %D%/alarm_power.c \
	%D%/alarm_strategy.c %D%/alarm_strategy.h \
	%D%/anomaly.c %D%/anomaly.h %D%/anomaly_trial.c %D%/anomaly_trial.h \
	%D%/split.c %D%/split.h %D%/split_rule.c %D%/split_send.c \
	%D%/station.c %D%/station.h %D%/station_loss.c %D%/station_loss.h \
	%D%/bank_account.c %D%/bank_account.h \
	%D%/bay.c %D%/bay.h %D%/bay_booking.c %D%/bay_booking.h %D%/bay_state.c %D%/bay_state.h \
	%D%/camera.c %D%/camera.h %D%/camera_command.c %D%/snapshot.c %D%/snapshot_store.c \
	%D%/aftersale.c %D%/aftersale.h \
	%D%/card.c %D%/card.h %D%/card_list.c %D%/card_list.h \
	%D%/channel.c %D%/channel.h \
	%D%/channel_leshua.c %D%/channel_leshua.h \
	%D%/channel_suixingpay.c %D%/channel_suixingpay.h \
	%D%/channel_wechat.c %D%/channel_wechat.h %D%/channel_wechat_more.c \
	%D%/channel_wechat_phone.c \
	%D%/choice.c %D%/choice.h %D%/choice_lists.h \
	%D%/command.c %D%/command.h \
	%D%/counter.c %D%/counter.h \
	%D%/command_task.c %D%/command_task.h \
	%D%/firmware.c %D%/firmware.h \
	%D%/gateway.c %D%/gateway.h \
	%D%/load.c %D%/load.h \
	%D%/load_share.c %D%/load_share.h \
	%D%/fleet.c %D%/fleet.h %D%/fleet_money.c %D%/fleet_price.c \
	%D%/plan.c %D%/plan.h %D%/plan_propose.c %D%/plan_propose.h %D%/plan_again.c %D%/plan_again.h %D%/plan_order.c %D%/plan_order.h %D%/plan_run.c %D%/plan_schedule.c %D%/plan_schedule.h %D%/vehicle.c %D%/vehicle.h %D%/session_vin.c \
	%D%/cycle_bill.c %D%/cycle_bill.h \
	%D%/cycle_bill_paper.c \
	%D%/daily_report.c %D%/daily_report.h \
	%D%/daily_report_xlsx.c \
	%D%/department.c %D%/department.h \
	%D%/delivery.c %D%/delivery.h %D%/notify_link.c %D%/notify_link.h \
	%D%/device.c %D%/device.h \
	%D%/dispute.c \
	%D%/event.c %D%/event.h \
	%D%/exchange.h %D%/exchange_internal.h %D%/exchange_peer.c %D%/exchange_push.c \
	%D%/exchange_put.c %D%/exchange_serve.c %D%/exchange_serve_charge.c %D%/exchange_take.c \
	%D%/fault.c %D%/fault.h \
	%D%/invoice.c %D%/invoice.h %D%/invoice_internal.h \
	%D%/invoice_pdf.c %D%/invoice_queue.c %D%/invoice_tax.c \
	%D%/ledger.c %D%/ledger.h %D%/ledger_internal.h \
	%D%/ledger_day.c %D%/ledger_proof.c \
	%D%/live.c %D%/live.h \
	%D%/member.c %D%/member.h \
	%D%/paper.c %D%/paper.h \
	%D%/monitor.c %D%/monitor.h \
	%D%/parking.c %D%/parking.h \
	%D%/parking_push.c %D%/parking_push.h \
	%D%/field_sign.c %D%/field_sign.h \
	%D%/occupancy.c %D%/occupancy.h \
	%D%/partner.c %D%/partner.h \
	%D%/pile_model.c %D%/pile_model.h \
	%D%/offline_recharge.c %D%/offline_recharge.h \
	%D%/purse.c %D%/purse_lot.c \
	%D%/payment.c %D%/payment.h %D%/payment_begin.c %D%/payment_internal.h \
	%D%/purse.c %D%/purse_out.c \
	%D%/purse_fee.c \
	%D%/reconcile.c %D%/reconcile_ask.c %D%/reconcile.h %D%/reconcile_settle.c \
	%D%/relief.c %D%/relief.h \
	%D%/refund.c %D%/refund.h %D%/refund_send.c \
	%D%/rating.c %D%/rating.h \
	%D%/rating_bike.c %D%/rating_bike.h \
	%D%/rating_special.c %D%/rating_special.h \
	%D%/raw_frame.c %D%/raw_frame.h \
	%D%/receipt.c %D%/receipt.h %D%/receipt_pdf.c \
	%D%/refusal.h \
	%D%/report_check.c %D%/report_check.h \
	%D%/remote.h %D%/remote_internal.h %D%/remote_order.c %D%/remote_session.c \
	%D%/remote_station.c %D%/remote_sync.c %D%/remote_take.c \
	%D%/reservation.c %D%/reservation.h %D%/reservation_internal.h \
	%D%/reservation_bay.c %D%/reservation_book.c %D%/reservation_end.c %D%/reservation_pile.c \
	%D%/review.c %D%/review.h \
	%D%/rollup.c %D%/rollup.h \
	%D%/session_bill.c %D%/session.h %D%/session_idle.c %D%/session_idle.h %D%/session_internal.h \
	%D%/session_close.c \
	%D%/session_correct.c %D%/session_correct.h \
	%D%/session_expire.c \
	%D%/session_judge.c %D%/session_judge.h \
	%D%/session_live.c %D%/session_occupancy.c %D%/session_occupancy.h \
	%D%/session_request.c \
	%D%/session_setting.c \
	%D%/session_settle.c \
	%D%/session_state.c \
	%D%/session_stop.c \
	%D%/session_topup.c %D%/session_topup.h \
	%D%/settlement.c %D%/settlement.h \
	%D%/settlement_internal.h \
	%D%/settlement_make.c \
	%D%/settlement_paper.c \
	%D%/sms_code.c %D%/sms_code.h \
	%D%/token.c %D%/token.h \
	%D%/tariff.c %D%/tariff.h \
	%D%/tariff_check.c \
	%D%/task.c %D%/task.h \
	%D%/task_file.c \
	%D%/usage.c %D%/usage.h \
	%D%/wire_charge.c %D%/wire_charge.h \
	%D%/webhook.c %D%/webhook.h \
	%D%/whatif.c %D%/whatif.h \
	%D%/withdrawal.c %D%/withdrawal.h \
	%D%/working_day.c %D%/working_day.h \
	%D%/yuan_words.c %D%/yuan_words.h

# The rules against a real server; t/system/test_charge.py and test_ledger.py run them on a scratch instance.
charge_world = t/system/charge_world.c t/system/charge_world.h
check_PROGRAMS += month_probe
month_probe_SOURCES = t/system/month_probe.c $(charge_world)
month_probe_LDADD = $(CHARGE_LIBS) $(CMOCKA_LIBS)
check_PROGRAMS += alarm_test
alarm_test_SOURCES = t/system/alarm_test.c $(charge_world)
alarm_test_LDADD = $(CHARGE_LIBS) $(CMOCKA_LIBS)
check_PROGRAMS += bike_test
bike_test_SOURCES = t/system/bike_test.c $(charge_world)
bike_test_LDADD = $(CHARGE_LIBS) $(CMOCKA_LIBS)
check_PROGRAMS += correct_test
correct_test_SOURCES = t/system/correct_test.c $(charge_world)
correct_test_LDADD = $(CHARGE_LIBS) $(CMOCKA_LIBS)
check_PROGRAMS += fault_test
fault_test_SOURCES = t/system/fault_test.c $(charge_world)
fault_test_LDADD = $(CHARGE_LIBS) $(CMOCKA_LIBS)
check_PROGRAMS += fleet_test plan_test
plan_test_SOURCES = t/system/plan_test.c $(charge_world)
plan_test_LDADD = $(CHARGE_LIBS) $(CMOCKA_LIBS)
fleet_test_SOURCES = t/system/fleet_test.c $(charge_world)
fleet_test_LDADD = $(CHARGE_LIBS) $(CMOCKA_LIBS)
check_PROGRAMS += gateway_test
gateway_test_SOURCES = t/system/gateway_test.c $(charge_world)
gateway_test_LDADD = $(CHARGE_LIBS) $(CMOCKA_LIBS)
check_PROGRAMS += ledger_test
ledger_test_SOURCES = t/system/ledger_test.c $(charge_world)
ledger_test_LDADD = $(CHARGE_LIBS) $(CMOCKA_LIBS)
check_PROGRAMS += outbox_test
outbox_test_SOURCES = t/system/outbox_test.c $(charge_world)
outbox_test_LDADD = $(CHARGE_LIBS) $(CMOCKA_LIBS)
check_PROGRAMS += plug_test
plug_test_SOURCES = t/system/plug_test.c $(charge_world)
plug_test_LDADD = $(CHARGE_LIBS) $(CMOCKA_LIBS)
check_PROGRAMS += race_test
race_test_SOURCES = t/system/race_test.c $(charge_world)
race_test_LDADD = $(CHARGE_LIBS) $(CMOCKA_LIBS)
check_PROGRAMS += reservation_test
reservation_test_SOURCES = t/system/reservation_test.c $(charge_world)
reservation_test_LDADD = $(CHARGE_LIBS) $(CMOCKA_LIBS)
check_PROGRAMS += session_test
session_test_SOURCES = t/system/session_test.c $(charge_world)
session_test_LDADD = $(CHARGE_LIBS) $(CMOCKA_LIBS)
check_PROGRAMS += settle_test
settle_test_SOURCES = t/system/settle_test.c $(charge_world)
settle_test_LDADD = $(CHARGE_LIBS) $(CMOCKA_LIBS)
check_PROGRAMS += special_test
special_test_SOURCES = t/system/special_test.c $(charge_world)
special_test_LDADD = $(CHARGE_LIBS) $(CMOCKA_LIBS)

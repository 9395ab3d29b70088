# cgi/screen: the screens as tables, and the few pages by hand
noinst_LIBRARIES += libscreen.a
libscreen_a_SOURCES = \
	%D%/account.c \
	%D%/aftersale.c \
	%D%/agreement.c \
	%D%/alarm.c \
	%D%/alarm_strategy.c \
	%D%/anomaly.c \
	%D%/api_key.c \
	%D%/area.c \
	%D%/assign.c \
	%D%/audit.c \
	%D%/bank_account.c \
	%D%/bike_device.c %D%/bike_param.c \
	%D%/bay.c %D%/bay_board.c \
	%D%/call_record.c \
	%D%/camera.c \
	%D%/card.c %D%/card_product.c %D%/category.c \
	%D%/channel.c \
	%D%/channel_bill.c \
	%D%/chart.c \
	%D%/chart.h \
	%D%/code.c \
	%D%/command_task.c \
	%D%/connector.c \
	%D%/counter.c %D%/counter.h %D%/counter_pay.c \
	%D%/cycle_bill.c \
	%D%/daily_report.c \
	%D%/department.c \
	%D%/device.c \
	%D%/device_card.c \
	%D%/device_record.c \
	%D%/email.c \
	%D%/exchange.c \
	%D%/fault.c \
	%D%/firmware.c \
	%D%/fleet.c \
	%D%/gateway.c \
	%D%/fleet.c %D%/fleet_member.c %D%/fleet_money.c \
	%D%/plan.c %D%/plan_change.c %D%/plan_connector.c %D%/plan_connectors.c %D%/plan_course.c %D%/plan_schedule.c %D%/plan_start.c %D%/fleet_vehicle.c %D%/member_vehicle.c %D%/vehicle_brand.c \
	%D%/home.c \
	%D%/home.h \
	%D%/home_figures.c \
	%D%/home_parking.c \
	%D%/home_sum.c \
	%D%/invoice.c \
	%D%/invoice_seller.c \
	%D%/job_run.c \
	%D%/ledger.c %D%/ledger.h %D%/ledger_account.c %D%/ledger_proof.c \
	%D%/leak.c \
	%D%/member.c \
	%D%/merchant.c \
	%D%/meter_reading.c \
	%D%/monitor.c \
	%D%/notify_link.c \
	%D%/offline_recharge.c \
	%D%/parking_lot.c \
	%D%/parking_peer.c \
	%D%/parking_push.c \
	%D%/parking_record.c \
	%D%/partner.c \
	%D%/payment.c \
	%D%/pile.c %D%/pile.h %D%/pile_bill.c %D%/pile_ocpp.c %D%/pile_store.c \
	%D%/pile.c %D%/pile_command.c %D%/pile_ocpp.c \
	%D%/pile.c %D%/pile.h %D%/pile_model.c %D%/pile_ocpp.c %D%/pile_store.c %D%/pile_user.c \
	%D%/post.c \
	%D%/private_pile.c \
	%D%/property.c \
	%D%/provider.c \
	%D%/purse.c \
	%D%/raw_frame.c \
	%D%/receipt.c \
	%D%/refund.c \
	%D%/remote.c \
	%D%/reservation.c \
	%D%/review.c \
	%D%/role.c \
	%D%/screen.c \
	%D%/screen.h \
	%D%/screen_list.h \
	%D%/screens.c \
	%D%/secret.c \
	%D%/security.c \
	%D%/session.c \
	%D%/session_correct.c \
	%D%/session_occupancy.c \
	%D%/session_correct.h \
	%D%/session_monitor.c \
	%D%/session_show.c \
	%D%/session_show.h \
	%D%/setting.c \
	%D%/socket.c \
	%D%/split.c \
	%D%/settlement.c \
	%D%/sim_card.c \
	%D%/station.c \
	%D%/station_load.c \
	%D%/station_page.c \
	%D%/statistics.c %D%/statistics.h %D%/statistics_loss.c \
	%D%/style.c \
	%D%/tariff.c \
	%D%/tariff_page.c \
	%D%/tariff_draft.c \
	%D%/tariff_draft.h \
	%D%/tariff_slots.c \
	%D%/tariff_slots.h \
	%D%/tariff_special.c \
	%D%/tariff_special.h \
	%D%/task.c \
	%D%/token.c \
	%D%/tree.c \
	%D%/user.c \
	%D%/webhook.c \
	%D%/whatif.c \
	%D%/withdrawal.c \
	%D%/worklist.c

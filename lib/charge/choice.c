/* choice.c - the tables behind choice.h: one array a list, filled from tbl/.
 * Owns the arrays. Serves choice.h. */
#include "charge/choice.h"

#define X(id, name, colour) { name, colour },
#define TABLE(list) const struct choices list##_choices = \
	{ #list, list##_rows, (int)(sizeof(list##_rows) / sizeof(list##_rows[0])) }

static const struct choice account_kind_rows[] = {
#include "charge/tbl/account_kind.h"
};
TABLE(account_kind);
static const struct choice account_owner_rows[] = {
#include "charge/tbl/account_owner.h"
};
TABLE(account_owner);
static const struct choice agreement_kind_rows[] = {
#include "charge/tbl/agreement_kind.h"
};
TABLE(agreement_kind);
static const struct choice agreement_side_rows[] = {
#include "charge/tbl/agreement_side.h"
};
TABLE(agreement_side);
static const struct choice agreement_state_rows[] = {
#include "charge/tbl/agreement_state.h"
};
TABLE(agreement_state);
static const struct choice alarm_code_rows[] = {
#include "charge/tbl/alarm_code.h"
};
TABLE(alarm_code);
static const struct choice alarm_handling_rows[] = {
#include "charge/tbl/alarm_handling.h"
};
TABLE(alarm_handling);
static const struct choice alarm_way_rows[] = {
#include "charge/tbl/alarm_way.h"
};
TABLE(alarm_way);
static const struct choice alarm_level_rows[] = {
#include "charge/tbl/alarm_level.h"
};
TABLE(alarm_level);
static const struct choice alarm_state_rows[] = {
#include "charge/tbl/alarm_state.h"
};
TABLE(alarm_state);
static const struct choice aftersale_state_rows[] = {
#include "charge/tbl/aftersale_state.h"
};
TABLE(aftersale_state);
static const struct choice aftersale_verdict_rows[] = {
#include "charge/tbl/aftersale_verdict.h"
};
TABLE(aftersale_verdict);
static const struct choice anomaly_state_rows[] = {
#include "charge/tbl/anomaly_state.h"
};
TABLE(anomaly_state);
static const struct choice audit_status_rows[] = {
#include "charge/tbl/audit_status.h"
};
TABLE(audit_status);
static const struct choice bay_state_rows[] = {
#include "charge/tbl/bay_state.h"
};
TABLE(bay_state);
static const struct choice lock_type_rows[] = {
#include "charge/tbl/lock_type.h"
};
TABLE(lock_type);
static const struct choice lock_state_rows[] = {
#include "charge/tbl/lock_state.h"
};
TABLE(lock_state);
static const struct choice camera_vendor_rows[] = {
#include "charge/tbl/camera_vendor.h"
};
TABLE(camera_vendor);
static const struct choice bay_mode_rows[] = {
#include "charge/tbl/bay_mode.h"
};
TABLE(bay_mode);
static const struct choice plate_colour_rows[] = {
#include "charge/tbl/plate_colour.h"
};
TABLE(plate_colour);
static const struct choice bay_event_kind_rows[] = {
#include "charge/tbl/bay_event_kind.h"
};
TABLE(bay_event_kind);
static const struct choice bay_outcome_rows[] = {
#include "charge/tbl/bay_outcome.h"
};
TABLE(bay_outcome);
static const struct choice bay_review_rows[] = {
#include "charge/tbl/bay_review.h"
};
TABLE(bay_review);
static const struct choice snapshot_cause_rows[] = {
#include "charge/tbl/snapshot_cause.h"
};
TABLE(snapshot_cause);
static const struct choice camera_wish_rows[] = {
#include "charge/tbl/camera_wish.h"
};
TABLE(camera_wish);
static const struct choice stay_end_rows[] = {
#include "charge/tbl/stay_end.h"
};
TABLE(stay_end);
static const struct choice occupancy_way_rows[] = {
#include "charge/tbl/occupancy_way.h"
};
TABLE(occupancy_way);
static const struct choice occupancy_end_rows[] = {
#include "charge/tbl/occupancy_end.h"
};
TABLE(occupancy_end);
static const struct choice bank_account_state_rows[] = {
#include "charge/tbl/bank_account_state.h"
};
TABLE(bank_account_state);
static const struct choice black_box_rows[] = {
#include "charge/tbl/black_box.h"
};
TABLE(black_box);
static const struct choice bill_cycle_rows[] = {
#include "charge/tbl/bill_cycle.h"
};
TABLE(bill_cycle);
static const struct choice bill_line_direction_rows[] = {
#include "charge/tbl/bill_line_direction.h"
};
TABLE(bill_line_direction);
static const struct choice bill_line_state_rows[] = {
#include "charge/tbl/bill_line_state.h"
};
TABLE(bill_line_state);
static const struct choice bill_line_way_rows[] = {
#include "charge/tbl/bill_line_way.h"
};
TABLE(bill_line_way);
static const struct choice bill_status_rows[] = {
#include "charge/tbl/bill_status.h"
};
TABLE(bill_status);
static const struct choice card_kind_rows[] = {
#include "charge/tbl/card_kind.h"
};
TABLE(card_kind);
static const struct choice card_status_rows[] = {
#include "charge/tbl/card_status.h"
};
TABLE(card_status);
static const struct choice channel_bill_state_rows[] = {
#include "charge/tbl/channel_bill_state.h"
};
TABLE(channel_bill_state);
static const struct choice channel_kind_rows[] = {
#include "charge/tbl/channel_kind.h"
};
TABLE(channel_kind);
static const struct choice channel_method_rows[] = {
#include "charge/tbl/channel_method.h"
};
TABLE(channel_method);
static const struct choice charge_type_rows[] = {
#include "charge/tbl/charge_type.h"
};
TABLE(charge_type);
static const struct choice command_kind_rows[] = {
#include "charge/tbl/command_kind.h"
};
TABLE(command_kind);
static const struct choice command_status_rows[] = {
#include "charge/tbl/command_status.h"
};
TABLE(command_status);
static const struct choice confirm_status_rows[] = {
#include "charge/tbl/confirm_status.h"
};
TABLE(confirm_status);
static const struct choice connectivity_event_rows[] = {
#include "charge/tbl/connectivity_event.h"
};
TABLE(connectivity_event);
static const struct choice connector_state_rows[] = {
#include "charge/tbl/connector_state.h"
};
TABLE(connector_state);
static const struct choice connector_type_rows[] = {
#include "charge/tbl/connector_type.h"
};
TABLE(connector_type);
static const struct choice current_type_rows[] = {
#include "charge/tbl/current_type.h"
};
TABLE(current_type);
static const struct choice cycle_bill_state_rows[] = {
#include "charge/tbl/cycle_bill_state.h"
};
TABLE(cycle_bill_state);
static const struct choice data_scope_rows[] = {
#include "charge/tbl/data_scope.h"
};
TABLE(data_scope);
static const struct choice pile_ability_rows[] = {
#include "charge/tbl/pile_ability.h"
};
TABLE(pile_ability);
static const struct choice use_scope_rows[] = {
#include "charge/tbl/use_scope.h"
};
TABLE(use_scope);
static const struct choice charge_mode_rows[] = {
#include "charge/tbl/charge_mode.h"
};
TABLE(charge_mode);
static const struct choice device_card_kind_rows[] = {
#include "charge/tbl/device_card_kind.h"
};
TABLE(device_card_kind);
static const struct choice device_type_rows[] = {
#include "charge/tbl/device_type.h"
};
TABLE(device_type);
static const struct choice delivery_kind_rows[] = {
#include "charge/tbl/delivery_kind.h"
};
TABLE(delivery_kind);
static const struct choice delivery_status_rows[] = {
#include "charge/tbl/delivery_status.h"
};
TABLE(delivery_status);
static const struct choice event_kind_rows[] = {
#include "charge/tbl/event_kind.h"
};
TABLE(event_kind);
static const struct choice receipt_state_rows[] = {
#include "charge/tbl/receipt_state.h"
};
TABLE(receipt_state);
static const struct choice invoice_state_rows[] = {
#include "charge/tbl/invoice_state.h"
};
TABLE(invoice_state);
static const struct choice gateway_reject_rows[] = {
#include "charge/tbl/gateway_reject.h"
};
TABLE(gateway_reject);
static const struct choice gateway_state_rows[] = {
#include "charge/tbl/gateway_state.h"
};
TABLE(gateway_state);
static const struct choice load_way_rows[] = {
#include "charge/tbl/load_way.h"
};
TABLE(load_way);
static const struct choice invoice_medium_rows[] = {
#include "charge/tbl/invoice_medium.h"
};
TABLE(invoice_medium);
static const struct choice invoice_status_rows[] = {
#include "charge/tbl/invoice_status.h"
};
TABLE(invoice_status);
static const struct choice journal_kind_rows[] = {
#include "charge/tbl/journal_kind.h"
};
TABLE(journal_kind);
static const struct choice limit_kind_rows[] = {
#include "charge/tbl/limit_kind.h"
};
TABLE(limit_kind);
static const struct choice member_source_rows[] = {
#include "charge/tbl/member_source.h"
};
TABLE(member_source);
static const struct choice member_status_rows[] = {
#include "charge/tbl/member_status.h"
};
TABLE(member_status);
static const struct choice ap3000_call_rows[] = {
#include "charge/tbl/ap3000_call.h"
};
TABLE(ap3000_call);
static const struct choice ocpp_call_rows[] = {
#include "charge/tbl/ocpp_call.h"
};
TABLE(ocpp_call);
static const struct choice build_site_rows[] = {
#include "charge/tbl/build_site.h"
};
TABLE(build_site);
static const struct choice build_spot_rows[] = {
#include "charge/tbl/build_spot.h"
};
TABLE(build_spot);
static const struct choice open_to_rows[] = {
#include "charge/tbl/open_to.h"
};
TABLE(open_to);
static const struct choice private_pile_state_rows[] = {
#include "charge/tbl/private_pile_state.h"
};
TABLE(private_pile_state);
static const struct choice sim_operator_rows[] = {
#include "charge/tbl/sim_operator.h"
};
TABLE(sim_operator);
static const struct choice sim_state_rows[] = {
#include "charge/tbl/sim_state.h"
};
TABLE(sim_state);
static const struct choice run_by_rows[] = {
#include "charge/tbl/run_by.h"
};
TABLE(run_by);
static const struct choice operation_type_rows[] = {
#include "charge/tbl/operation_type.h"
};
TABLE(operation_type);
static const struct choice parking_peer_kind_rows[] = {
#include "charge/tbl/parking_peer_kind.h"
};
TABLE(parking_peer_kind);
static const struct choice field_digest_rows[] = {
#include "charge/tbl/field_digest.h"
};
TABLE(field_digest);
static const struct choice relief_kind_rows[] = {
#include "charge/tbl/relief_kind.h"
};
TABLE(relief_kind);
static const struct choice relief_state_rows[] = {
#include "charge/tbl/relief_state.h"
};
TABLE(relief_state);
static const struct choice charge_record_state_rows[] = {
#include "charge/tbl/charge_record_state.h"
};
TABLE(charge_record_state);
static const struct choice occupancy_state_rows[] = {
#include "charge/tbl/occupancy_state.h"
};
TABLE(occupancy_state);
static const struct choice parking_profile_rows[] = {
#include "charge/tbl/parking_profile.h"
};
TABLE(parking_profile);
static const struct choice partner_state_rows[] = {
#include "charge/tbl/partner_state.h"
};
TABLE(partner_state);
static const struct choice pay_by_rows[] = {
#include "charge/tbl/pay_by.h"
};
TABLE(pay_by);
static const struct choice pay_kind_rows[] = {
#include "charge/tbl/pay_kind.h"
};
TABLE(pay_kind);
static const struct choice payment_purpose_rows[] = {
#include "charge/tbl/payment_purpose.h"
};
TABLE(payment_purpose);
static const struct choice payment_state_rows[] = {
#include "charge/tbl/payment_state.h"
};
TABLE(payment_state);
static const struct choice price_type_rows[] = {
#include "charge/tbl/price_type.h"
};
TABLE(price_type);
static const struct choice protocol_rows[] = {
#include "charge/tbl/protocol.h"
};
TABLE(protocol);
static const struct choice provider_kind_rows[] = {
#include "charge/tbl/provider_kind.h"
};
TABLE(provider_kind);
static const struct choice recharge_state_rows[] = {
#include "charge/tbl/recharge_state.h"
};
TABLE(recharge_state);
static const struct choice recharge_way_rows[] = {
#include "charge/tbl/recharge_way.h"
};
TABLE(recharge_way);
static const struct choice refund_kind_rows[] = {
#include "charge/tbl/refund_kind.h"
};
TABLE(refund_kind);
static const struct choice refund_state_rows[] = {
#include "charge/tbl/refund_state.h"
};
TABLE(refund_state);
static const struct choice refund_way_rows[] = {
#include "charge/tbl/refund_way.h"
};
TABLE(refund_way);
static const struct choice report_direction_rows[] = {
#include "charge/tbl/report_direction.h"
};
TABLE(report_direction);
static const struct choice rounding_rows[] = {
#include "charge/tbl/rounding.h"
};
TABLE(rounding);
static const struct choice booking_fee_rows[] = {
#include "charge/tbl/booking_fee.h"
};
TABLE(booking_fee);
static const struct choice reservation_end_rows[] = {
#include "charge/tbl/reservation_end.h"
};
TABLE(reservation_end);
static const struct choice reservation_state_rows[] = {
#include "charge/tbl/reservation_state.h"
};
TABLE(reservation_state);
static const struct choice session_state_rows[] = {
#include "charge/tbl/session_state.h"
};
TABLE(session_state);
static const struct choice settle_way_rows[] = {
#include "charge/tbl/settle_way.h"
};
TABLE(settle_way);
static const struct choice reply_state_rows[] = {
#include "charge/tbl/reply_state.h"
};
TABLE(reply_state);
static const struct choice settlement_kind_rows[] = {
#include "charge/tbl/settlement_kind.h"
};
TABLE(settlement_kind);
static const struct choice settlement_subject_rows[] = {
#include "charge/tbl/settlement_subject.h"
};
TABLE(settlement_subject);
static const struct choice sex_rows[] = {
#include "charge/tbl/sex.h"
};
TABLE(sex);
static const struct choice speed_rows[] = {
#include "charge/tbl/speed.h"
};
TABLE(speed);
static const struct choice start_mode_rows[] = {
#include "charge/tbl/start_mode.h"
};
TABLE(start_mode);
static const struct choice split_state_rows[] = {
#include "charge/tbl/split_state.h"
};
TABLE(split_state);
static const struct choice split_party_kind_rows[] = {
#include "charge/tbl/split_party_kind.h"
};
TABLE(split_party_kind);
static const struct choice split_fee_rows[] = {
#include "charge/tbl/split_fee.h"
};
TABLE(split_fee);
static const struct choice split_method_rows[] = {
#include "charge/tbl/split_method.h"
};
TABLE(split_method);
static const struct choice split_account_type_rows[] = {
#include "charge/tbl/split_account_type.h"
};
TABLE(split_account_type);
static const struct choice split_way_rows[] = {
#include "charge/tbl/split_way.h"
};
TABLE(split_way);
static const struct choice split_cycle_rows[] = {
#include "charge/tbl/split_cycle.h"
};
TABLE(split_cycle);
static const struct choice station_kind_rows[] = {
#include "charge/tbl/station_kind.h"
};
TABLE(station_kind);
static const struct choice status_rows[] = {
#include "charge/tbl/status.h"
};
TABLE(status);
static const struct choice stop_reason_rows[] = {
#include "charge/tbl/stop_reason.h"
};
TABLE(stop_reason);
static const struct choice tag_status_rows[] = {
#include "charge/tbl/tag_status.h"
};
TABLE(tag_status);
static const struct choice tariff_kind_rows[] = {
#include "charge/tbl/tariff_kind.h"
};
TABLE(tariff_kind);
static const struct choice tariff_method_rows[] = {
#include "charge/tbl/tariff_method.h"
};
TABLE(tariff_method);
static const struct choice task_kind_rows[] = {
#include "charge/tbl/task_kind.h"
};
TABLE(task_kind);
static const struct choice task_status_rows[] = {
#include "charge/tbl/task_status.h"
};
TABLE(task_status);
static const struct choice token_kind_rows[] = {
#include "charge/tbl/token_kind.h"
};
TABLE(token_kind);
static const struct choice user_kind_rows[] = {
#include "charge/tbl/user_kind.h"
};
TABLE(user_kind);
static const struct choice withdrawal_reason_rows[] = {
#include "charge/tbl/withdrawal_reason.h"
};
TABLE(withdrawal_reason);
static const struct choice withdrawal_state_rows[] = {
#include "charge/tbl/withdrawal_state.h"
};
TABLE(withdrawal_state);
static const struct choice card_issue_rows[] = {
#include "charge/tbl/card_issue.h"
};
TABLE(card_issue);
static const struct choice fleet_share_rows[] = {
#include "charge/tbl/fleet_share.h"
};
TABLE(fleet_share);
static const struct choice vehicle_check_rows[] = {
#include "charge/tbl/vehicle_check.h"
};
TABLE(vehicle_check);
static const struct choice price_pay_rows[] = {
#include "charge/tbl/price_pay.h"
};
TABLE(price_pay);
static const struct choice notify_kind_rows[] = {
#include "charge/tbl/notify_kind.h"
};
TABLE(notify_kind);
static const struct choice vehicle_by_rows[] = {
#include "charge/tbl/vehicle_by.h"
};
TABLE(vehicle_by);
static const struct choice soc_state_rows[] = {
#include "charge/tbl/soc_state.h"
};
TABLE(soc_state);
static const struct choice plan_state_rows[] = {
#include "charge/tbl/plan_state.h"
};
TABLE(plan_state);
static const struct choice plan_execution_rows[] = {
#include "charge/tbl/plan_execution.h"
};
TABLE(plan_execution);
static const struct choice plan_start_state_rows[] = {
#include "charge/tbl/plan_start_state.h"
};
TABLE(plan_start_state);
static const struct choice plan_reason_rows[] = {
#include "charge/tbl/plan_reason.h"
};
TABLE(plan_reason);

const char *choice_name(const struct choices *list, int value)
{
	return value >= 0 && value < list->n ? list->rows[value].name : "";
}

int choice_value(const struct choices *list, const char *name)
{
	for (int i = 0; name && i < list->n; i++)
		if (!strcmp(list->rows[i].name, name))
			return i;
	return -1;
}

const struct choice *choice_find(const struct choices *list, const char *name)
{
	int i = choice_value(list, name);

	return i < 0 ? NULL : &list->rows[i];
}

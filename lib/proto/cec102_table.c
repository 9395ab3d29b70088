/* cec102_table.c - the fifteen interfaces of T/CEC 102 as tables of fields, and how partners spell
 * them otherwise.
 * Owns the tables.
 * Serves cec102.h. */
#include "base/text.h"
#include "proto/cec102.h"

#define MUST true
#define MAY false
#define TEXT(name, max, must) { name, CEC_S, max, must, NULL }
#define INT(name, must) { name, CEC_I, 0, must, NULL }
#define DEC(name, must) { name, CEC_D, 0, must, NULL }
#define LIST(name, max, must, of) { name, CEC_A, max, must, of }
#define OBJECT(name, must, of) { name, CEC_O, 0, must, of }
#define END { NULL, CEC_S, 0, false, NULL }

static const struct cec_field token_ask[] = {
	TEXT("OperatorID", 9, MUST), TEXT("OperatorSecret", 200, MUST), END
};
static const struct cec_field token_answer[] = {
	TEXT("OperatorID", 9, MUST), INT("SuccStat", MUST), TEXT("AccessToken", 2000, MAY),
	INT("TokenAvailableTime", MAY), INT("FailReason", MUST), END
};

static const struct cec_field connector_info[] = {
	TEXT("ConnectorID", 26, MUST), TEXT("ConnectorName", 60, MAY), INT("ConnectorType", MUST),
	INT("VoltageUpperLimits", MUST), INT("VoltageLowerLimits", MUST), INT("Current", MUST),
	DEC("Power", MUST), TEXT("ParkNo", 20, MAY), INT("NationalStandard", MUST), END
};
static const struct cec_field equipment_info[] = {
	TEXT("EquipmentID", 23, MUST), TEXT("ManufacturerID", 9, MAY),
	TEXT("ManufacturerName", 30, MAY), TEXT("EquipmentModel", 60, MAY),
	TEXT("ProductionDate", 10, MAY), INT("EquipmentType", MUST),
	LIST("ConnectorInfos", 100, MUST, connector_info), DEC("EquipmentLng", MAY),
	DEC("EquipmentLat", MAY), DEC("Power", MUST), TEXT("EquipmentName", 60, MAY), END
};
static const struct cec_field station_info[] = {
	TEXT("StationID", 20, MUST), TEXT("OperatorID", 9, MUST), TEXT("EquipmentOwnerID", 9, MUST),
	TEXT("StationName", 80, MUST), TEXT("CountryCode", 2, MUST), TEXT("AreaCode", 20, MUST),
	TEXT("Address", 200, MUST), TEXT("StationTel", 30, MAY), TEXT("ServiceTel", 30, MUST),
	INT("StationType", MUST), INT("StationStatus", MUST), INT("ParkNums", MUST),
	DEC("StationLng", MUST), DEC("StationLat", MUST), TEXT("SiteGuide", 100, MAY),
	INT("Construction", MUST), LIST("Pictures", 20, MAY, NULL), TEXT("MatchCars", 100, MAY),
	TEXT("ParkInfo", 100, MAY), TEXT("BusineHours", 100, MAY), TEXT("ElectricityFee", 256, MAY),
	TEXT("ServiceFee", 100, MAY), TEXT("ParkFee", 100, MAY), TEXT("Payment", 20, MAY),
	INT("SupportOrder", MAY), TEXT("Remark", 100, MAY),
	LIST("EquipmentInfos", 1000, MUST, equipment_info), END
};
static const struct cec_field stations_ask[] = {
	TEXT("LastQueryTime", 19, MAY), INT("PageNo", MAY), INT("PageSize", MAY), END
};
static const struct cec_field stations_answer[] = {
	INT("PageNo", MUST), INT("PageCount", MUST), INT("ItemSize", MUST),
	LIST("StationInfos", 1000, MUST, station_info), END
};

static const struct cec_field connector_status[] = {
	TEXT("ConnectorID", 26, MUST), INT("Status", MUST), INT("ParkStatus", MAY),
	INT("LockStatus", MAY), END
};
static const struct cec_field status_push[] = {
	OBJECT("ConnectorStatusInfo", MUST, connector_status), END
};
static const struct cec_field status_push_answer[] = { INT("Status", MUST), END };
static const struct cec_field status_ask[] = { LIST("StationIDs", 50, MUST, NULL), END };
static const struct cec_field station_status[] = {
	TEXT("StationID", 20, MUST), LIST("ConnectorStatusInfos", 5000, MUST, connector_status), END
};
static const struct cec_field status_answer[] = {
	INT("Total", MUST), LIST("StationStatusInfos", 50, MUST, station_status), END
};

static const struct cec_field connector_stats[] = {
	TEXT("ConnectorID", 26, MUST), DEC("ConnectorElectricity", MUST), END
};
static const struct cec_field equipment_stats[] = {
	TEXT("EquipmentID", 23, MUST), DEC("EquipmentElectricity", MUST),
	LIST("ConnectorStatsInfos", 100, MUST, connector_stats), END
};
static const struct cec_field station_stats[] = {
	TEXT("StationID", 20, MUST), TEXT("StartTime", 10, MUST), TEXT("EndTime", 10, MUST),
	DEC("StationElectricity", MUST), LIST("EquipmentStatsInfos", 1000, MUST, equipment_stats), END
};
static const struct cec_field stats_ask[] = {
	TEXT("StationID", 20, MUST), TEXT("StartTime", 10, MUST), TEXT("EndTime", 10, MUST), END
};
static const struct cec_field stats_answer[] = {
	OBJECT("StationStats", MUST, station_stats), END
};

static const struct cec_field auth_ask[] = {
	TEXT("EquipAuthSeq", 27, MUST), TEXT("ConnectorID", 26, MUST), END
};
static const struct cec_field auth_answer[] = {
	TEXT("EquipAuthSeq", 27, MUST), TEXT("ConnectorID", 26, MUST), INT("SuccStat", MUST),
	INT("FailReason", MUST), END
};
static const struct cec_field policy[] = {
	TEXT("StartTime", 6, MUST), DEC("ElecPrice", MUST), DEC("SevicePrice", MUST), END
};
static const struct cec_field policy_ask[] = {
	TEXT("EquipBizSeq", 27, MUST), TEXT("ConnectorID", 26, MUST), END
};
static const struct cec_field policy_answer[] = {
	TEXT("EquipBizSeq", 27, MUST), TEXT("ConnectorID", 26, MUST), INT("SuccStat", MUST),
	INT("FailReason", MUST), INT("SumPeriod", MUST), LIST("PolicyInfos", 48, MAY, policy), END
};

static const struct cec_field start_ask[] = {
	TEXT("StartChargeSeq", 27, MUST), TEXT("ConnectorID", 26, MUST), TEXT("QRCode", 200, MAY),
	TEXT("PhoneNum", 20, MAY), DEC("Balance", MAY), TEXT("PlateNum", 20, MAY), END
};
static const struct cec_field start_answer[] = {
	TEXT("StartChargeSeq", 27, MUST), INT("StartChargeSeqStat", MUST),
	TEXT("ConnectorID", 26, MUST), INT("SuccStat", MUST), INT("FailReason", MUST), END
};
static const struct cec_field started_push[] = {
	TEXT("StartChargeSeq", 27, MUST), INT("StartChargeSeqStat", MUST),
	TEXT("ConnectorID", 26, MUST), TEXT("StartTime", 19, MUST), TEXT("IdentCode", 60, MAY), END
};
static const struct cec_field seq_answer[] = {
	TEXT("StartChargeSeq", 27, MUST), INT("SuccStat", MUST), INT("FailReason", MAY), END
};

static const struct cec_field detail[] = {
	TEXT("DetailStartTime", 19, MUST), TEXT("DetailEndTime", 19, MUST), DEC("ElecPrice", MAY),
	DEC("SevicePrice", MAY), DEC("DetailPower", MUST), DEC("DetailElecMoney", MAY),
	DEC("DetailSeviceMoney", MAY), END
};
static const struct cec_field charge_ask[] = { TEXT("StartChargeSeq", 27, MUST), END };
static const struct cec_field charge_status[] = {
	TEXT("StartChargeSeq", 27, MUST), INT("StartChargeSeqStat", MUST),
	TEXT("ConnectorID", 26, MUST), INT("ConnectorStatus", MUST), DEC("CurrentA", MUST),
	DEC("VoltageA", MUST), DEC("Soc", MAY), TEXT("StartTime", 19, MUST), TEXT("EndTime", 19, MUST),
	DEC("TotalPower", MUST), DEC("ElecMoney", MAY), DEC("SeviceMoney", MAY),
	DEC("TotalMoney", MAY), INT("SumPeriod", MAY), LIST("ChargeDetails", 400, MAY, detail), END
};

static const struct cec_field stop_ask[] = {
	TEXT("StartChargeSeq", 27, MUST), TEXT("ConnectorID", 26, MUST), END
};
static const struct cec_field stop_answer[] = {
	TEXT("StartChargeSeq", 27, MUST), INT("StartChargeSeqStat", MUST), INT("SuccStat", MUST),
	INT("FailReason", MUST), END
};
static const struct cec_field stopped_push[] = {
	TEXT("StartChargeSeq", 27, MUST), INT("StartChargeSeqStat", MUST),
	TEXT("ConnectorID", 26, MUST), INT("SuccStat", MUST), INT("FailReason", MUST), END
};
static const struct cec_field order_push[] = {
	TEXT("StartChargeSeq", 27, MUST), TEXT("ConnectorID", 26, MUST), TEXT("StartTime", 19, MUST),
	TEXT("EndTime", 19, MUST), DEC("TotalPower", MUST), DEC("TotalElecMoney", MUST),
	DEC("TotalSeviceMoney", MUST), DEC("TotalMoney", MUST), INT("StopReason", MUST),
	INT("SumPeriod", MAY), LIST("ChargeDetails", 400, MAY, detail), END
};
static const struct cec_field order_answer[] = {
	TEXT("StartChargeSeq", 27, MUST), TEXT("ConnectorID", 26, MAY), INT("ConfirmResult", MUST), END
};

static const struct cec_field checked_order[] = {
	TEXT("StartChargeSeq", 27, MUST), DEC("TotalPower", MUST), DEC("TotalMoney", MUST), END
};
static const struct cec_field disputed_order[] = {
	TEXT("StartChargeSeq", 27, MUST), DEC("TotalPower", MUST), DEC("TotalMoney", MUST),
	INT("DisputeReason", MUST), END
};
static const struct cec_field check_ask[] = {
	TEXT("CheckOrderSeq", 27, MUST), TEXT("StartTime", 19, MUST), TEXT("EndTime", 19, MUST),
	INT("OrderCount", MUST), DEC("TotalOrderPower", MUST), DEC("TotalOrderMoney", MUST),
	LIST("ChargeOrders", 5000, MUST, checked_order), END
};
static const struct cec_field check_answer[] = {
	TEXT("CheckOrderSeq", 27, MUST), TEXT("StartTime", 19, MUST), TEXT("EndTime", 19, MUST),
	INT("TotalDisputeOrder", MUST), DEC("TotalDisputePower", MUST), DEC("TotalDisputeMoney", MUST),
	LIST("DisputeOrders", 5000, MUST, disputed_order), END
};

static const struct cec_interface interfaces[] = {
	{ "query_token", CEC_BOTH, token_ask, token_answer },
	{ "query_stations_info", CEC_EQUIPMENT, stations_ask, stations_answer },
	{ "notification_stationStatus", CEC_TRAFFIC, status_push, status_push_answer },
	{ "query_station_status", CEC_EQUIPMENT, status_ask, status_answer },
	{ "query_station_stats", CEC_EQUIPMENT, stats_ask, stats_answer },
	{ "query_equip_auth", CEC_EQUIPMENT, auth_ask, auth_answer },
	{ "query_equip_business_policy", CEC_EQUIPMENT, policy_ask, policy_answer },
	{ "query_start_charge", CEC_EQUIPMENT, start_ask, start_answer },
	{ "notification_start_charge_result", CEC_TRAFFIC, started_push, seq_answer },
	{ "query_equip_charge_status", CEC_EQUIPMENT, charge_ask, charge_status },
	{ "notification_equip_charge_status", CEC_TRAFFIC, charge_status, seq_answer },
	{ "query_stop_charge", CEC_EQUIPMENT, stop_ask, stop_answer },
	{ "notification_stop_charge_result", CEC_TRAFFIC, stopped_push, seq_answer },
	{ "notification_charge_order_info", CEC_TRAFFIC, order_push, order_answer },
	{ "check_charge_orders", CEC_TRAFFIC, check_ask, check_answer },
};
#define INTERFACES ((int)(sizeof(interfaces) / sizeof(interfaces[0])))

const struct cec_interface *cec_interfaces(int *n)
{
	*n = INTERFACES;
	return interfaces;
}

const struct cec_interface *cec_interface(const char *name)
{
	for (int i = 0; i < INTERFACES; i++)
		if (text_eq(interfaces[i].name, name))
			return &interfaces[i];
	return NULL;
}

/* ---- checks */

static bool number_fits(enum cec_type type, const json_t *v)
{
	int64_t n;

	if (!json_number(v, 4, &n))
		return false;
	return type == CEC_D || n % 10000 == 0;
}

static bool wrong(char where[CEC_WHERE], const char *name, const char *what)
{
	snprintf(where, CEC_WHERE, "%s %s", name, what);
	return false;
}

static bool array_fits(const struct cec_field *f, const json_t *v, char where[CEC_WHERE])
{
	size_t i;
	const json_t *each;

	if (!json_is_array(v))
		return wrong(where, f->name, "is no list");
	if (f->max && json_array_size(v) > (size_t)f->max)
		return wrong(where, f->name, "has too many entries");
	json_array_foreach(v, i, each) {
		if (!f->of && !json_is_string(each))
			return wrong(where, f->name, "holds something that is no text");
		if (f->of && !cec_check(f->of, each, where))
			return false;
	}
	return true;
}

static bool field_fits(const struct cec_field *f, const json_t *v, char where[CEC_WHERE])
{
	switch (f->type) {
	case CEC_S:
		if (!json_is_string(v))
			return wrong(where, f->name, "is no text");
		if (f->must && !*json_string_value(v))
			return wrong(where, f->name, "is empty");
		return !f->max || text_chars(json_string_value(v)) <= (size_t)f->max
			|| wrong(where, f->name, "is too long");
	case CEC_I:
	case CEC_D:
		return number_fits(f->type, v) || wrong(where, f->name, "is no number");
	case CEC_O:
		return cec_check(f->of, v, where);
	case CEC_A:
		return array_fits(f, v, where);
	}
	return false;
}

bool cec_check(const struct cec_field *fields, const json_t *object, char where[CEC_WHERE])
{
	if (!json_is_object(object))
		return wrong(where, "Data", "is no object");
	for (const struct cec_field *f = fields; f->name; f++) {
		const json_t *v = json_object_get(object, f->name);

		if (!v || json_is_null(v)) {
			if (f->must)
				return wrong(where, f->name, "is missing");
			continue;
		}
		if (!field_fits(f, v, where))
			return false;
	}
	*where = '\0';
	return true;
}

int64_t cec_fixed(const json_t *object, const char *name, int scale, int64_t fallback)
{
	return json_scaled(object, name, scale, fallback);
}

int64_t cec_i64(const json_t *object, const char *name, int64_t fallback)
{
	return json_scaled(object, name, 0, fallback);
}

json_t *cec_decimal(int64_t v, int scale, int decimals)
{
	return json_decimal(v, scale, decimals);
}

/* ---- spelling */

static bool is_name(const char *s, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (!((s[i] >= 'A' && s[i] <= 'Z') || (s[i] >= 'a' && s[i] <= 'z')
				|| (s[i] >= '0' && s[i] <= '9') || s[i] == '_'))
			return false;
	return n > 0 && n < 40;
}

bool cec_spelling_read(const char *text, struct cec_spelling *out)
{
	out->n = 0;
	for (const char *at = text + strspn(text, " ,\n\r\t"); *at; at += strspn(at, " ,\n\r\t")) {
		size_t len = strcspn(at, " ,\n\r\t"), ours = strcspn(at, "=");

		if (out->n == CEC_SPELLINGS || ours >= len || !is_name(at, ours)
			|| !is_name(at + ours + 1, len - ours - 1)) {
			out->n = 0;
			return false;
		}
		text_copy(out->word[out->n].ours, ours + 1, at);
		text_copy(out->word[out->n].theirs, len - ours, at + ours + 1);
		out->n++;
		at += len;
	}
	return true;
}

static const char *respelled(const struct cec_spelling *s, const char *name, bool outward)
{
	for (int i = 0; i < s->n; i++)
		if (text_eq(name, outward ? s->word[i].ours : s->word[i].theirs))
			return outward ? s->word[i].theirs : s->word[i].ours;
	return NULL;
}

static void respell_object(json_t *object, const struct cec_spelling *s, bool outward)
{
	const char *key, *name;
	json_t *value, *renamed = json_object();
	void *next;

	json_object_foreach_safe(object, next, key, value) {
		cec_respell(value, s, outward);
		name = respelled(s, key, outward);
		json_object_set(renamed, name ? name : key, value);
	}
	json_object_clear(object);
	json_object_update(object, renamed);
	json_decref(renamed);
}

void cec_respell(json_t *value, const struct cec_spelling *s, bool outward)
{
	size_t i;
	json_t *each;

	if (s->n == 0)
		return;
	if (json_is_array(value))
		json_array_foreach(value, i, each)
			cec_respell(each, s, outward);
	else if (json_is_object(value))
		respell_object(value, s, outward);
}

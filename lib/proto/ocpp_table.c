/* ocpp_table.c - the actions of OCPP 1.6 and the fields of their payloads.
 * Owns the tables; the fields are the schemas' of the Open Charge Alliance (t/ocpp_schema.py prints
 * them).
 * Serves ocpp.h. */
#include "proto/ocpp.h"

#include "base/text.h"

#define FIELDS_END { NULL, OCPP_STRING, 0, NULL, NULL, 0 }

static const struct ocpp_field no_fields[] = { FIELDS_END };

/* ---- from the schemas ---- */
static const struct ocpp_field authorize_fields[] = {
	{ "idTag", OCPP_STRING, 20, NULL, NULL, OCPP_NEED },
	FIELDS_END
};
static const char *const status_words[] = {
	"Accepted", "Blocked", "Expired", "Invalid", "ConcurrentTx", NULL
};
static const struct ocpp_field id_tag_info_fields[] = {
	{ "expiryDate", OCPP_TIME, 0, NULL, NULL, 0 },
	{ "parentIdTag", OCPP_STRING, 20, NULL, NULL, 0 },
	{ "status", OCPP_STRING, 0, status_words, NULL, OCPP_NEED },
	FIELDS_END
};
static const struct ocpp_field authorize_answer_fields[] = {
	{ "idTagInfo", OCPP_OBJECT, 0, NULL, id_tag_info_fields, OCPP_NEED },
	FIELDS_END
};
static const struct ocpp_field boot_notification_fields[] = {
	{ "chargePointVendor", OCPP_STRING, 20, NULL, NULL, OCPP_NEED },
	{ "chargePointModel", OCPP_STRING, 20, NULL, NULL, OCPP_NEED },
	{ "chargePointSerialNumber", OCPP_STRING, 25, NULL, NULL, 0 },
	{ "chargeBoxSerialNumber", OCPP_STRING, 25, NULL, NULL, 0 },
	{ "firmwareVersion", OCPP_STRING, 50, NULL, NULL, 0 },
	{ "iccid", OCPP_STRING, 20, NULL, NULL, 0 },
	{ "imsi", OCPP_STRING, 20, NULL, NULL, 0 },
	{ "meterType", OCPP_STRING, 25, NULL, NULL, 0 },
	{ "meterSerialNumber", OCPP_STRING, 25, NULL, NULL, 0 },
	FIELDS_END
};
static const char *const boot_notification_answer_status_words[] = {
	"Accepted", "Pending", "Rejected", NULL
};
static const struct ocpp_field boot_notification_answer_fields[] = {
	{ "status", OCPP_STRING, 0, boot_notification_answer_status_words, NULL, OCPP_NEED },
	{ "currentTime", OCPP_TIME, 0, NULL, NULL, OCPP_NEED },
	{ "interval", OCPP_INTEGER, 0, NULL, NULL, OCPP_NEED },
	FIELDS_END
};
static const struct ocpp_field cancel_reservation_fields[] = {
	{ "reservationId", OCPP_INTEGER, 0, NULL, NULL, OCPP_NEED },
	FIELDS_END
};
static const char *const cancel_reservation_answer_status_words[] = {
	"Accepted", "Rejected", NULL
};
static const struct ocpp_field cancel_reservation_answer_fields[] = {
	{ "status", OCPP_STRING, 0, cancel_reservation_answer_status_words, NULL, OCPP_NEED },
	FIELDS_END
};
static const struct ocpp_field certificate_signed_fields[] = {
	{ "certificateChain", OCPP_STRING, 10000, NULL, NULL, OCPP_NEED },
	FIELDS_END
};
static const char *const type_words[] = {
	"Inoperative", "Operative", NULL
};
static const struct ocpp_field change_availability_fields[] = {
	{ "connectorId", OCPP_INTEGER, 0, NULL, NULL, OCPP_NEED },
	{ "type", OCPP_STRING, 0, type_words, NULL, OCPP_NEED },
	FIELDS_END
};
static const char *const change_availability_answer_status_words[] = {
	"Accepted", "Rejected", "Scheduled", NULL
};
static const struct ocpp_field change_availability_answer_fields[] = {
	{ "status", OCPP_STRING, 0, change_availability_answer_status_words, NULL, OCPP_NEED },
	FIELDS_END
};
static const struct ocpp_field change_configuration_fields[] = {
	{ "key", OCPP_STRING, 50, NULL, NULL, OCPP_NEED },
	{ "value", OCPP_STRING, 500, NULL, NULL, OCPP_NEED },
	FIELDS_END
};
static const char *const change_configuration_answer_status_words[] = {
	"Accepted", "Rejected", "RebootRequired", "NotSupported", NULL
};
static const struct ocpp_field change_configuration_answer_fields[] = {
	{ "status", OCPP_STRING, 0, change_configuration_answer_status_words, NULL, OCPP_NEED },
	FIELDS_END
};
static const char *const charging_profile_purpose_words[] = {
	"ChargePointMaxProfile", "TxDefaultProfile", "TxProfile", NULL
};
static const struct ocpp_field clear_charging_profile_fields[] = {
	{ "id", OCPP_INTEGER, 0, NULL, NULL, 0 },
	{ "connectorId", OCPP_INTEGER, 0, NULL, NULL, 0 },
	{ "chargingProfilePurpose", OCPP_STRING, 0, charging_profile_purpose_words, NULL, 0 },
	{ "stackLevel", OCPP_INTEGER, 0, NULL, NULL, 0 },
	FIELDS_END
};
static const char *const clear_charging_profile_answer_status_words[] = {
	"Accepted", "Unknown", NULL
};
static const struct ocpp_field clear_charging_profile_answer_fields[] = {
	{ "status", OCPP_STRING, 0, clear_charging_profile_answer_status_words, NULL, OCPP_NEED },
	FIELDS_END
};
static const struct ocpp_field data_transfer_fields[] = {
	{ "vendorId", OCPP_STRING, 255, NULL, NULL, OCPP_NEED },
	{ "messageId", OCPP_STRING, 50, NULL, NULL, 0 },
	{ "data", OCPP_STRING, 0, NULL, NULL, 0 },
	FIELDS_END
};
static const char *const data_transfer_answer_status_words[] = {
	"Accepted", "Rejected", "UnknownMessageId", "UnknownVendorId", NULL
};
static const struct ocpp_field data_transfer_answer_fields[] = {
	{ "status", OCPP_STRING, 0, data_transfer_answer_status_words, NULL, OCPP_NEED },
	{ "data", OCPP_STRING, 0, NULL, NULL, 0 },
	FIELDS_END
};
static const char *const hash_algorithm_words[] = {
	"SHA256", "SHA384", "SHA512", NULL
};
static const struct ocpp_field certificate_hash_data_fields[] = {
	{ "hashAlgorithm", OCPP_STRING, 0, hash_algorithm_words, NULL, OCPP_NEED },
	{ "issuerNameHash", OCPP_STRING, 128, NULL, NULL, OCPP_NEED },
	{ "issuerKeyHash", OCPP_STRING, 128, NULL, NULL, OCPP_NEED },
	{ "serialNumber", OCPP_STRING, 40, NULL, NULL, OCPP_NEED },
	FIELDS_END
};
static const struct ocpp_field delete_certificate_fields[] = {
	{ "certificateHashData", OCPP_OBJECT, 0, NULL, certificate_hash_data_fields, OCPP_NEED },
	FIELDS_END
};
static const char *const delete_certificate_answer_status_words[] = {
	"Accepted", "Failed", "NotFound", NULL
};
static const struct ocpp_field delete_certificate_answer_fields[] = {
	{ "status", OCPP_STRING, 0, delete_certificate_answer_status_words, NULL, OCPP_NEED },
	FIELDS_END
};
static const char *const diagnostics_status_notification_status_words[] = {
	"Idle", "Uploaded", "UploadFailed", "Uploading", NULL
};
static const struct ocpp_field diagnostics_status_notification_fields[] = {
	{ "status", OCPP_STRING, 0, diagnostics_status_notification_status_words, NULL, OCPP_NEED },
	FIELDS_END
};
static const char *const requested_message_words[] = {
	"BootNotification", "LogStatusNotification", "FirmwareStatusNotification", "Heartbeat",
	"MeterValues", "SignChargePointCertificate", "StatusNotification", NULL
};
static const struct ocpp_field extended_trigger_message_fields[] = {
	{ "requestedMessage", OCPP_STRING, 0, requested_message_words, NULL, OCPP_NEED },
	{ "connectorId", OCPP_INTEGER, 0, NULL, NULL, 0 },
	FIELDS_END
};
static const char *const extended_trigger_message_answer_status_words[] = {
	"Accepted", "Rejected", "NotImplemented", NULL
};
static const struct ocpp_field extended_trigger_message_answer_fields[] = {
	{ "status", OCPP_STRING, 0, extended_trigger_message_answer_status_words, NULL, OCPP_NEED },
	FIELDS_END
};
static const char *const firmware_status_notification_status_words[] = {
	"Downloaded", "DownloadFailed", "Downloading", "Idle", "InstallationFailed", "Installing",
	"Installed", NULL
};
static const struct ocpp_field firmware_status_notification_fields[] = {
	{ "status", OCPP_STRING, 0, firmware_status_notification_status_words, NULL, OCPP_NEED },
	FIELDS_END
};
static const char *const charging_rate_unit_words[] = {
	"A", "W", NULL
};
static const struct ocpp_field get_composite_schedule_fields[] = {
	{ "connectorId", OCPP_INTEGER, 0, NULL, NULL, OCPP_NEED },
	{ "duration", OCPP_INTEGER, 0, NULL, NULL, OCPP_NEED },
	{ "chargingRateUnit", OCPP_STRING, 0, charging_rate_unit_words, NULL, 0 },
	FIELDS_END
};
static const struct ocpp_field charging_schedule_period_fields[] = {
	{ "startPeriod", OCPP_INTEGER, 0, NULL, NULL, OCPP_NEED },
	{ "limit", OCPP_NUMBER, 0, NULL, NULL, OCPP_NEED | OCPP_TENTHS },
	{ "numberPhases", OCPP_INTEGER, 0, NULL, NULL, 0 },
	FIELDS_END
};
static const struct ocpp_field charging_schedule_fields[] = {
	{ "duration", OCPP_INTEGER, 0, NULL, NULL, 0 },
	{ "startSchedule", OCPP_TIME, 0, NULL, NULL, 0 },
	{ "chargingRateUnit", OCPP_STRING, 0, charging_rate_unit_words, NULL, OCPP_NEED },
	{ "chargingSchedulePeriod",
		OCPP_OBJECT, 0, NULL, charging_schedule_period_fields, OCPP_NEED | OCPP_MANY },
	{ "minChargingRate", OCPP_NUMBER, 0, NULL, NULL, OCPP_TENTHS },
	FIELDS_END
};
static const struct ocpp_field get_composite_schedule_answer_fields[] = {
	{ "status", OCPP_STRING, 0, cancel_reservation_answer_status_words, NULL, OCPP_NEED },
	{ "connectorId", OCPP_INTEGER, 0, NULL, NULL, 0 },
	{ "scheduleStart", OCPP_TIME, 0, NULL, NULL, 0 },
	{ "chargingSchedule", OCPP_OBJECT, 0, NULL, charging_schedule_fields, 0 },
	FIELDS_END
};
static const struct ocpp_field get_configuration_fields[] = {
	{ "key", OCPP_STRING, 50, NULL, NULL, OCPP_MANY },
	FIELDS_END
};
static const struct ocpp_field configuration_key_fields[] = {
	{ "key", OCPP_STRING, 50, NULL, NULL, OCPP_NEED },
	{ "readonly", OCPP_BOOLEAN, 0, NULL, NULL, OCPP_NEED },
	{ "value", OCPP_STRING, 500, NULL, NULL, 0 },
	FIELDS_END
};
static const struct ocpp_field get_configuration_answer_fields[] = {
	{ "configurationKey", OCPP_OBJECT, 0, NULL, configuration_key_fields, OCPP_MANY },
	{ "unknownKey", OCPP_STRING, 50, NULL, NULL, OCPP_MANY },
	FIELDS_END
};
static const struct ocpp_field get_diagnostics_fields[] = {
	{ "location", OCPP_STRING, 0, NULL, NULL, OCPP_NEED },
	{ "retries", OCPP_INTEGER, 0, NULL, NULL, 0 },
	{ "retryInterval", OCPP_INTEGER, 0, NULL, NULL, 0 },
	{ "startTime", OCPP_TIME, 0, NULL, NULL, 0 },
	{ "stopTime", OCPP_TIME, 0, NULL, NULL, 0 },
	FIELDS_END
};
static const struct ocpp_field get_diagnostics_answer_fields[] = {
	{ "fileName", OCPP_STRING, 255, NULL, NULL, 0 },
	FIELDS_END
};
static const char *const certificate_type_words[] = {
	"CentralSystemRootCertificate", "ManufacturerRootCertificate", NULL
};
static const struct ocpp_field get_installed_certificate_ids_fields[] = {
	{ "certificateType", OCPP_STRING, 0, certificate_type_words, NULL, OCPP_NEED },
	FIELDS_END
};
static const char *const get_installed_certificate_ids_answer_status_words[] = {
	"Accepted", "NotFound", NULL
};
static const struct ocpp_field get_installed_certificate_ids_answer_fields[] = {
	{ "certificateHashData",
		OCPP_OBJECT, 0, NULL, certificate_hash_data_fields, OCPP_MANY | OCPP_SOME },
	{ "status",
		OCPP_STRING, 0, get_installed_certificate_ids_answer_status_words, NULL, OCPP_NEED },
	FIELDS_END
};
static const struct ocpp_field get_local_list_version_answer_fields[] = {
	{ "listVersion", OCPP_INTEGER, 0, NULL, NULL, OCPP_NEED },
	FIELDS_END
};
static const struct ocpp_field log_fields[] = {
	{ "remoteLocation", OCPP_STRING, 512, NULL, NULL, OCPP_NEED },
	{ "oldestTimestamp", OCPP_TIME, 0, NULL, NULL, 0 },
	{ "latestTimestamp", OCPP_TIME, 0, NULL, NULL, 0 },
	FIELDS_END
};
static const char *const log_type_words[] = {
	"DiagnosticsLog", "SecurityLog", NULL
};
static const struct ocpp_field get_log_fields[] = {
	{ "log", OCPP_OBJECT, 0, NULL, log_fields, OCPP_NEED },
	{ "logType", OCPP_STRING, 0, log_type_words, NULL, OCPP_NEED },
	{ "requestId", OCPP_INTEGER, 0, NULL, NULL, OCPP_NEED },
	{ "retries", OCPP_INTEGER, 0, NULL, NULL, 0 },
	{ "retryInterval", OCPP_INTEGER, 0, NULL, NULL, 0 },
	FIELDS_END
};
static const char *const get_log_answer_status_words[] = {
	"Accepted", "Rejected", "AcceptedCanceled", NULL
};
static const struct ocpp_field get_log_answer_fields[] = {
	{ "status", OCPP_STRING, 0, get_log_answer_status_words, NULL, OCPP_NEED },
	{ "filename", OCPP_STRING, 255, NULL, NULL, 0 },
	FIELDS_END
};
static const struct ocpp_field heartbeat_answer_fields[] = {
	{ "currentTime", OCPP_TIME, 0, NULL, NULL, OCPP_NEED },
	FIELDS_END
};
static const struct ocpp_field install_certificate_fields[] = {
	{ "certificateType", OCPP_STRING, 0, certificate_type_words, NULL, OCPP_NEED },
	{ "certificate", OCPP_STRING, 5500, NULL, NULL, OCPP_NEED },
	FIELDS_END
};
static const char *const install_certificate_answer_status_words[] = {
	"Accepted", "Failed", "Rejected", NULL
};
static const struct ocpp_field install_certificate_answer_fields[] = {
	{ "status", OCPP_STRING, 0, install_certificate_answer_status_words, NULL, OCPP_NEED },
	FIELDS_END
};
static const char *const log_status_notification_status_words[] = {
	"BadMessage", "Idle", "NotSupportedOperation", "PermissionDenied", "Uploaded",
	"UploadFailure", "Uploading", NULL
};
static const struct ocpp_field log_status_notification_fields[] = {
	{ "status", OCPP_STRING, 0, log_status_notification_status_words, NULL, OCPP_NEED },
	{ "requestId", OCPP_INTEGER, 0, NULL, NULL, 0 },
	FIELDS_END
};
static const char *const context_words[] = {
	"Interruption.Begin", "Interruption.End", "Sample.Clock", "Sample.Periodic",
	"Transaction.Begin", "Transaction.End", "Trigger", "Other", NULL
};
static const char *const format_words[] = {
	"Raw", "SignedData", NULL
};
static const char *const measurand_words[] = {
	"Energy.Active.Export.Register", "Energy.Active.Import.Register",
	"Energy.Reactive.Export.Register", "Energy.Reactive.Import.Register",
	"Energy.Active.Export.Interval", "Energy.Active.Import.Interval",
	"Energy.Reactive.Export.Interval", "Energy.Reactive.Import.Interval",
	"Power.Active.Export", "Power.Active.Import", "Power.Offered", "Power.Reactive.Export",
	"Power.Reactive.Import", "Power.Factor", "Current.Import", "Current.Export",
	"Current.Offered", "Voltage", "Frequency", "Temperature", "SoC", "RPM", NULL
};
static const char *const phase_words[] = {
	"L1", "L2", "L3", "N", "L1-N", "L2-N", "L3-N", "L1-L2", "L2-L3", "L3-L1", NULL
};
static const char *const location_words[] = {
	"Cable", "EV", "Inlet", "Outlet", "Body", NULL
};
static const char *const unit_words[] = {
	"Wh", "kWh", "varh", "kvarh", "W", "kW", "VA", "kVA", "var", "kvar", "A", "V", "K",
	"Celcius", "Celsius", "Fahrenheit", "Percent", "Hertz", NULL
};
static const struct ocpp_field sampled_value_fields[] = {
	{ "value", OCPP_STRING, 0, NULL, NULL, OCPP_NEED },
	{ "context", OCPP_STRING, 0, context_words, NULL, 0 },
	{ "format", OCPP_STRING, 0, format_words, NULL, 0 },
	{ "measurand", OCPP_STRING, 0, measurand_words, NULL, 0 },
	{ "phase", OCPP_STRING, 0, phase_words, NULL, 0 },
	{ "location", OCPP_STRING, 0, location_words, NULL, 0 },
	{ "unit", OCPP_STRING, 0, unit_words, NULL, 0 },
	FIELDS_END
};
static const struct ocpp_field meter_value_fields[] = {
	{ "timestamp", OCPP_TIME, 0, NULL, NULL, OCPP_NEED },
	{ "sampledValue",
		OCPP_OBJECT, 0, NULL, sampled_value_fields, OCPP_NEED | OCPP_MANY | OCPP_SOME },
	FIELDS_END
};
static const struct ocpp_field meter_values_fields[] = {
	{ "connectorId", OCPP_INTEGER, 0, NULL, NULL, OCPP_NEED },
	{ "transactionId", OCPP_INTEGER, 0, NULL, NULL, 0 },
	{ "meterValue", OCPP_OBJECT, 0, NULL, meter_value_fields, OCPP_NEED | OCPP_MANY | OCPP_SOME },
	FIELDS_END
};
static const char *const charging_profile_kind_words[] = {
	"Absolute", "Recurring", "Relative", NULL
};
static const char *const recurrency_kind_words[] = {
	"Daily", "Weekly", NULL
};
static const struct ocpp_field charging_profile_fields[] = {
	{ "chargingProfileId", OCPP_INTEGER, 0, NULL, NULL, OCPP_NEED },
	{ "transactionId", OCPP_INTEGER, 0, NULL, NULL, 0 },
	{ "stackLevel", OCPP_INTEGER, 0, NULL, NULL, OCPP_NEED },
	{ "chargingProfilePurpose", OCPP_STRING, 0, charging_profile_purpose_words, NULL, OCPP_NEED },
	{ "chargingProfileKind", OCPP_STRING, 0, charging_profile_kind_words, NULL, OCPP_NEED },
	{ "recurrencyKind", OCPP_STRING, 0, recurrency_kind_words, NULL, 0 },
	{ "validFrom", OCPP_TIME, 0, NULL, NULL, 0 },
	{ "validTo", OCPP_TIME, 0, NULL, NULL, 0 },
	{ "chargingSchedule", OCPP_OBJECT, 0, NULL, charging_schedule_fields, OCPP_NEED },
	FIELDS_END
};
static const struct ocpp_field remote_start_transaction_fields[] = {
	{ "connectorId", OCPP_INTEGER, 0, NULL, NULL, 0 },
	{ "idTag", OCPP_STRING, 20, NULL, NULL, OCPP_NEED },
	{ "chargingProfile", OCPP_OBJECT, 0, NULL, charging_profile_fields, 0 },
	FIELDS_END
};
static const struct ocpp_field remote_stop_transaction_fields[] = {
	{ "transactionId", OCPP_INTEGER, 0, NULL, NULL, OCPP_NEED },
	FIELDS_END
};
static const struct ocpp_field reserve_now_fields[] = {
	{ "connectorId", OCPP_INTEGER, 0, NULL, NULL, OCPP_NEED },
	{ "expiryDate", OCPP_TIME, 0, NULL, NULL, OCPP_NEED },
	{ "idTag", OCPP_STRING, 20, NULL, NULL, OCPP_NEED },
	{ "parentIdTag", OCPP_STRING, 20, NULL, NULL, 0 },
	{ "reservationId", OCPP_INTEGER, 0, NULL, NULL, OCPP_NEED },
	FIELDS_END
};
static const char *const reserve_now_answer_status_words[] = {
	"Accepted", "Faulted", "Occupied", "Rejected", "Unavailable", NULL
};
static const struct ocpp_field reserve_now_answer_fields[] = {
	{ "status", OCPP_STRING, 0, reserve_now_answer_status_words, NULL, OCPP_NEED },
	FIELDS_END
};
static const char *const reset_type_words[] = {
	"Hard", "Soft", NULL
};
static const struct ocpp_field reset_fields[] = {
	{ "type", OCPP_STRING, 0, reset_type_words, NULL, OCPP_NEED },
	FIELDS_END
};
static const struct ocpp_field security_event_notification_fields[] = {
	{ "type", OCPP_STRING, 50, NULL, NULL, OCPP_NEED },
	{ "timestamp", OCPP_TIME, 0, NULL, NULL, OCPP_NEED },
	{ "techInfo", OCPP_STRING, 255, NULL, NULL, 0 },
	FIELDS_END
};
static const struct ocpp_field local_authorization_list_fields[] = {
	{ "idTag", OCPP_STRING, 20, NULL, NULL, OCPP_NEED },
	{ "idTagInfo", OCPP_OBJECT, 0, NULL, id_tag_info_fields, 0 },
	FIELDS_END
};
static const char *const update_type_words[] = {
	"Differential", "Full", NULL
};
static const struct ocpp_field send_local_list_fields[] = {
	{ "listVersion", OCPP_INTEGER, 0, NULL, NULL, OCPP_NEED },
	{ "localAuthorizationList",
		OCPP_OBJECT, 0, NULL, local_authorization_list_fields, OCPP_MANY },
	{ "updateType", OCPP_STRING, 0, update_type_words, NULL, OCPP_NEED },
	FIELDS_END
};
static const char *const send_local_list_answer_status_words[] = {
	"Accepted", "Failed", "NotSupported", "VersionMismatch", NULL
};
static const struct ocpp_field send_local_list_answer_fields[] = {
	{ "status", OCPP_STRING, 0, send_local_list_answer_status_words, NULL, OCPP_NEED },
	FIELDS_END
};
static const struct ocpp_field set_charging_profile_fields[] = {
	{ "connectorId", OCPP_INTEGER, 0, NULL, NULL, OCPP_NEED },
	{ "csChargingProfiles", OCPP_OBJECT, 0, NULL, charging_profile_fields, OCPP_NEED },
	FIELDS_END
};
static const char *const set_charging_profile_answer_status_words[] = {
	"Accepted", "Rejected", "NotSupported", NULL
};
static const struct ocpp_field set_charging_profile_answer_fields[] = {
	{ "status", OCPP_STRING, 0, set_charging_profile_answer_status_words, NULL, OCPP_NEED },
	FIELDS_END
};
static const struct ocpp_field sign_certificate_fields[] = {
	{ "csr", OCPP_STRING, 5500, NULL, NULL, OCPP_NEED },
	FIELDS_END
};
static const char *const signed_firmware_status_notification_status_words[] = {
	"Downloaded", "DownloadFailed", "Downloading", "DownloadScheduled", "DownloadPaused",
	"Idle", "InstallationFailed", "Installing", "Installed", "InstallRebooting",
	"InstallScheduled", "InstallVerificationFailed", "InvalidSignature", "SignatureVerified",
	NULL
};
static const struct ocpp_field signed_firmware_status_notification_fields[] = {
	{ "status",
		OCPP_STRING, 0, signed_firmware_status_notification_status_words, NULL, OCPP_NEED },
	{ "requestId", OCPP_INTEGER, 0, NULL, NULL, 0 },
	FIELDS_END
};
static const struct ocpp_field firmware_fields[] = {
	{ "location", OCPP_STRING, 512, NULL, NULL, OCPP_NEED },
	{ "retrieveDateTime", OCPP_TIME, 0, NULL, NULL, OCPP_NEED },
	{ "installDateTime", OCPP_TIME, 0, NULL, NULL, 0 },
	{ "signingCertificate", OCPP_STRING, 5500, NULL, NULL, OCPP_NEED },
	{ "signature", OCPP_STRING, 800, NULL, NULL, OCPP_NEED },
	FIELDS_END
};
static const struct ocpp_field signed_update_firmware_fields[] = {
	{ "retries", OCPP_INTEGER, 0, NULL, NULL, 0 },
	{ "retryInterval", OCPP_INTEGER, 0, NULL, NULL, 0 },
	{ "requestId", OCPP_INTEGER, 0, NULL, NULL, OCPP_NEED },
	{ "firmware", OCPP_OBJECT, 0, NULL, firmware_fields, OCPP_NEED },
	FIELDS_END
};
static const char *const signed_update_firmware_answer_status_words[] = {
	"Accepted", "Rejected", "AcceptedCanceled", "InvalidCertificate", "RevokedCertificate",
	NULL
};
static const struct ocpp_field signed_update_firmware_answer_fields[] = {
	{ "status", OCPP_STRING, 0, signed_update_firmware_answer_status_words, NULL, OCPP_NEED },
	FIELDS_END
};
static const struct ocpp_field start_transaction_fields[] = {
	{ "connectorId", OCPP_INTEGER, 0, NULL, NULL, OCPP_NEED },
	{ "idTag", OCPP_STRING, 20, NULL, NULL, OCPP_NEED },
	{ "meterStart", OCPP_INTEGER, 0, NULL, NULL, OCPP_NEED },
	{ "reservationId", OCPP_INTEGER, 0, NULL, NULL, 0 },
	{ "timestamp", OCPP_TIME, 0, NULL, NULL, OCPP_NEED },
	FIELDS_END
};
static const struct ocpp_field start_transaction_answer_fields[] = {
	{ "idTagInfo", OCPP_OBJECT, 0, NULL, id_tag_info_fields, OCPP_NEED },
	{ "transactionId", OCPP_INTEGER, 0, NULL, NULL, OCPP_NEED },
	FIELDS_END
};
static const char *const error_code_words[] = {
	"ConnectorLockFailure", "EVCommunicationError", "GroundFailure", "HighTemperature",
	"InternalError", "LocalListConflict", "NoError", "OtherError", "OverCurrentFailure",
	"PowerMeterFailure", "PowerSwitchFailure", "ReaderFailure", "ResetFailure",
	"UnderVoltage", "OverVoltage", "WeakSignal", NULL
};
static const char *const status_notification_status_words[] = {
	"Available", "Preparing", "Charging", "SuspendedEVSE", "SuspendedEV", "Finishing",
	"Reserved", "Unavailable", "Faulted", NULL
};
static const struct ocpp_field status_notification_fields[] = {
	{ "connectorId", OCPP_INTEGER, 0, NULL, NULL, OCPP_NEED },
	{ "errorCode", OCPP_STRING, 0, error_code_words, NULL, OCPP_NEED },
	{ "info", OCPP_STRING, 50, NULL, NULL, 0 },
	{ "status", OCPP_STRING, 0, status_notification_status_words, NULL, OCPP_NEED },
	{ "timestamp", OCPP_TIME, 0, NULL, NULL, 0 },
	{ "vendorId", OCPP_STRING, 255, NULL, NULL, 0 },
	{ "vendorErrorCode", OCPP_STRING, 50, NULL, NULL, 0 },
	FIELDS_END
};
static const char *const reason_words[] = {
	"EmergencyStop", "EVDisconnected", "HardReset", "Local", "Other", "PowerLoss", "Reboot",
	"Remote", "SoftReset", "UnlockCommand", "DeAuthorized", NULL
};
static const char *const stop_transaction_unit_words[] = {
	"Wh", "kWh", "varh", "kvarh", "W", "kW", "VA", "kVA", "var", "kvar", "A", "V", "K",
	"Celcius", "Celsius", "Fahrenheit", "Percent", NULL
};
static const struct ocpp_field stop_transaction_sampled_value_fields[] = {
	{ "value", OCPP_STRING, 0, NULL, NULL, OCPP_NEED },
	{ "context", OCPP_STRING, 0, context_words, NULL, 0 },
	{ "format", OCPP_STRING, 0, format_words, NULL, 0 },
	{ "measurand", OCPP_STRING, 0, measurand_words, NULL, 0 },
	{ "phase", OCPP_STRING, 0, phase_words, NULL, 0 },
	{ "location", OCPP_STRING, 0, location_words, NULL, 0 },
	{ "unit", OCPP_STRING, 0, stop_transaction_unit_words, NULL, 0 },
	FIELDS_END
};
static const struct ocpp_field transaction_data_fields[] = {
	{ "timestamp", OCPP_TIME, 0, NULL, NULL, OCPP_NEED },
	{ "sampledValue",
		OCPP_OBJECT, 0, NULL, stop_transaction_sampled_value_fields, OCPP_NEED | OCPP_MANY },
	FIELDS_END
};
static const struct ocpp_field stop_transaction_fields[] = {
	{ "idTag", OCPP_STRING, 20, NULL, NULL, 0 },
	{ "meterStop", OCPP_INTEGER, 0, NULL, NULL, OCPP_NEED },
	{ "timestamp", OCPP_TIME, 0, NULL, NULL, OCPP_NEED },
	{ "transactionId", OCPP_INTEGER, 0, NULL, NULL, OCPP_NEED },
	{ "reason", OCPP_STRING, 0, reason_words, NULL, 0 },
	{ "transactionData", OCPP_OBJECT, 0, NULL, transaction_data_fields, OCPP_MANY },
	FIELDS_END
};
static const struct ocpp_field stop_transaction_answer_fields[] = {
	{ "idTagInfo", OCPP_OBJECT, 0, NULL, id_tag_info_fields, 0 },
	FIELDS_END
};
static const char *const trigger_message_requested_message_words[] = {
	"BootNotification", "DiagnosticsStatusNotification", "FirmwareStatusNotification",
	"Heartbeat", "MeterValues", "StatusNotification", NULL
};
static const struct ocpp_field trigger_message_fields[] = {
	{ "requestedMessage",
		OCPP_STRING, 0, trigger_message_requested_message_words, NULL, OCPP_NEED },
	{ "connectorId", OCPP_INTEGER, 0, NULL, NULL, 0 },
	FIELDS_END
};
static const struct ocpp_field unlock_connector_fields[] = {
	{ "connectorId", OCPP_INTEGER, 0, NULL, NULL, OCPP_NEED },
	FIELDS_END
};
static const char *const unlock_connector_answer_status_words[] = {
	"Unlocked", "UnlockFailed", "NotSupported", NULL
};
static const struct ocpp_field unlock_connector_answer_fields[] = {
	{ "status", OCPP_STRING, 0, unlock_connector_answer_status_words, NULL, OCPP_NEED },
	FIELDS_END
};
static const struct ocpp_field update_firmware_fields[] = {
	{ "location", OCPP_STRING, 0, NULL, NULL, OCPP_NEED },
	{ "retries", OCPP_INTEGER, 0, NULL, NULL, 0 },
	{ "retrieveDate", OCPP_TIME, 0, NULL, NULL, OCPP_NEED },
	{ "retryInterval", OCPP_INTEGER, 0, NULL, NULL, 0 },
	FIELDS_END
};

static const struct { const struct ocpp_field *call, *answer; } schemas[] = {
	[OCPP_AUTHORIZE] = { authorize_fields,
		authorize_answer_fields },
	[OCPP_BOOT_NOTIFICATION] = { boot_notification_fields,
		boot_notification_answer_fields },
	[OCPP_CANCEL_RESERVATION] = { cancel_reservation_fields,
		cancel_reservation_answer_fields },
	[OCPP_CERTIFICATE_SIGNED] = { certificate_signed_fields,
		cancel_reservation_answer_fields },
	[OCPP_CHANGE_AVAILABILITY] = { change_availability_fields,
		change_availability_answer_fields },
	[OCPP_CHANGE_CONFIGURATION] = { change_configuration_fields,
		change_configuration_answer_fields },
	[OCPP_CLEAR_CACHE] = { no_fields,
		cancel_reservation_answer_fields },
	[OCPP_CLEAR_CHARGING_PROFILE] = { clear_charging_profile_fields,
		clear_charging_profile_answer_fields },
	[OCPP_DATA_TRANSFER] = { data_transfer_fields,
		data_transfer_answer_fields },
	[OCPP_DELETE_CERTIFICATE] = { delete_certificate_fields,
		delete_certificate_answer_fields },
	[OCPP_DIAGNOSTICS_STATUS_NOTIFICATION] = { diagnostics_status_notification_fields,
		no_fields },
	[OCPP_EXTENDED_TRIGGER_MESSAGE] = { extended_trigger_message_fields,
		extended_trigger_message_answer_fields },
	[OCPP_FIRMWARE_STATUS_NOTIFICATION] = { firmware_status_notification_fields,
		no_fields },
	[OCPP_GET_COMPOSITE_SCHEDULE] = { get_composite_schedule_fields,
		get_composite_schedule_answer_fields },
	[OCPP_GET_CONFIGURATION] = { get_configuration_fields,
		get_configuration_answer_fields },
	[OCPP_GET_DIAGNOSTICS] = { get_diagnostics_fields,
		get_diagnostics_answer_fields },
	[OCPP_GET_INSTALLED_CERTIFICATE_IDS] = { get_installed_certificate_ids_fields,
		get_installed_certificate_ids_answer_fields },
	[OCPP_GET_LOCAL_LIST_VERSION] = { no_fields,
		get_local_list_version_answer_fields },
	[OCPP_GET_LOG] = { get_log_fields,
		get_log_answer_fields },
	[OCPP_HEARTBEAT] = { no_fields,
		heartbeat_answer_fields },
	[OCPP_INSTALL_CERTIFICATE] = { install_certificate_fields,
		install_certificate_answer_fields },
	[OCPP_LOG_STATUS_NOTIFICATION] = { log_status_notification_fields,
		no_fields },
	[OCPP_METER_VALUES] = { meter_values_fields,
		no_fields },
	[OCPP_REMOTE_START_TRANSACTION] = { remote_start_transaction_fields,
		cancel_reservation_answer_fields },
	[OCPP_REMOTE_STOP_TRANSACTION] = { remote_stop_transaction_fields,
		cancel_reservation_answer_fields },
	[OCPP_RESERVE_NOW] = { reserve_now_fields,
		reserve_now_answer_fields },
	[OCPP_RESET] = { reset_fields,
		cancel_reservation_answer_fields },
	[OCPP_SECURITY_EVENT_NOTIFICATION] = { security_event_notification_fields,
		no_fields },
	[OCPP_SEND_LOCAL_LIST] = { send_local_list_fields,
		send_local_list_answer_fields },
	[OCPP_SET_CHARGING_PROFILE] = { set_charging_profile_fields,
		set_charging_profile_answer_fields },
	[OCPP_SIGN_CERTIFICATE] = { sign_certificate_fields,
		cancel_reservation_answer_fields },
	[OCPP_SIGNED_FIRMWARE_STATUS_NOTIFICATION] = { signed_firmware_status_notification_fields,
		no_fields },
	[OCPP_SIGNED_UPDATE_FIRMWARE] = { signed_update_firmware_fields,
		signed_update_firmware_answer_fields },
	[OCPP_START_TRANSACTION] = { start_transaction_fields,
		start_transaction_answer_fields },
	[OCPP_STATUS_NOTIFICATION] = { status_notification_fields,
		no_fields },
	[OCPP_STOP_TRANSACTION] = { stop_transaction_fields,
		stop_transaction_answer_fields },
	[OCPP_TRIGGER_MESSAGE] = { trigger_message_fields,
		extended_trigger_message_answer_fields },
	[OCPP_UNLOCK_CONNECTOR] = { unlock_connector_fields,
		unlock_connector_answer_fields },
	[OCPP_UPDATE_FIRMWARE] = { update_firmware_fields,
		no_fields },
};
/* ---- end of the schemas ---- */

#define X(id, name, side) [OCPP_##id] = { name, OCPP_##side },
static const struct { const char *name; enum ocpp_side side; } actions[OCPP_ACTIONS] = {
#include "proto/ocpp_action.h"
};
#undef X

#define X(id, name) [OCPP_##id] = name,
static const char *const codes[OCPP_CODE_COUNT] = { [OCPP_FINE] = "", OCPP_CODES };
#undef X

const struct ocpp_field *ocpp_fields(enum ocpp_action action, bool answer)
{
	return answer ? schemas[action].answer : schemas[action].call;
}

const char *ocpp_code_name(enum ocpp_code code)
{
	return codes[code];
}

const char *ocpp_action_name(enum ocpp_action action)
{
	return actions[action].name;
}

enum ocpp_side ocpp_action_side(enum ocpp_action action)
{
	return actions[action].side;
}

/* Those that come all day long are looked at first. */
enum ocpp_action ocpp_action_find(const char *name)
{
	if (text_eq(name, actions[OCPP_METER_VALUES].name))
		return OCPP_METER_VALUES;
	if (text_eq(name, actions[OCPP_HEARTBEAT].name))
		return OCPP_HEARTBEAT;
	for (int i = 0; i < OCPP_ACTIONS; i++)
		if (text_eq(name, actions[i].name))
			return (enum ocpp_action)i;
	return OCPP_ACTIONS;
}

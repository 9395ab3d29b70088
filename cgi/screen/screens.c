/* screens.c - the list of all screens in menu order, and the routes of the pages by hand.
 * Owns resources[] and screen_routes[]. Serves the engine, the menu, the permission tree, the
 * proofs. */
#include "cgi/screen/screen.h"

const struct resource *const resources[] = {
#define SCREEN(name) &name##_resource,
#include "cgi/screen/screen_list.h"
#undef SCREEN
	NULL,
};

const struct menu_page menu_pages[] = {
	{ "system", "merchant", "/admin/merchant", "merchant.update", "bank_account" },
	{ "system", "setting", "/admin/setting", "setting.update", "audit" },
	{ "system", "security", "/admin/security", "setting.update", "audit" },
	{ "system", "style", "/admin/style", "style.update", "audit" },
	{ "system", "audit_proof", "/admin/audit/proof", "audit_proof.show", NULL },
	{ NULL },
};

const struct route screen_routes[] = {
	{ METHOD_GET, "/admin", home_show, NULL },
	{ METHOD_GET, "/admin/", home_show, NULL },
	{ METHOD_GET, "/admin/home", home_show, NULL },
	{ METHOD_GET, "/admin/home/figures", home_figures, NULL },
	{ METHOD_GET, "/admin/setting", setting_show, "setting.update" },
	{ METHOD_POST, "/admin/setting", setting_save, "setting.update" },
	{ METHOD_GET, "/admin/security", security_show, "setting.update" },
	{ METHOD_POST, "/admin/security/logins", security_end_stale, "setting.update" },
	{ METHOD_GET, "/admin/style", style_show, "style.update" },
	{ METHOD_POST, "/admin/style", style_store, "style.update" },
	{ METHOD_GET, "/admin/audit/proof", audit_proof_show, "audit_proof.show" },
	{ METHOD_GET, "/admin/provider/:id/audit", provider_audit_show, "provider.audit" },
	{ METHOD_POST, "/admin/provider/:id/audit", provider_audit_save, "provider.audit" },
	{ METHOD_GET, "/admin/property/:id/account", property_account_show, "property.account" },
	{ METHOD_POST, "/admin/property/:id/account", property_account_save, "property.account" },
	{ METHOD_GET, "/admin/department/tree", department_tree_show, "department.tree" },
	{ METHOD_GET, "/admin/bank_account/:id/pay", bank_account_pay_show, "bank_account.pay" },
	{ METHOD_POST, "/admin/bank_account/:id/pay", bank_account_pay_save, "bank_account.pay" },
	{ METHOD_GET, "/admin/bank_account/:id/answer", bank_account_answer_show,
		"bank_account.answer" },
	{ METHOD_POST, "/admin/bank_account/:id/answer", bank_account_answer_save,
		"bank_account.answer" },
	{ METHOD_GET, "/admin/merchant", merchant_show, "merchant.update" },
	{ METHOD_POST, "/admin/merchant", merchant_save, "merchant.update" },
	{ METHOD_GET, "/admin/user/:id/roles", user_roles_show, "user.roles" },
	{ METHOD_POST, "/admin/user/:id/roles", user_roles_save, "user.roles" },
	{ METHOD_GET, "/admin/user/:id/stations", user_stations_show, "user.stations" },
	{ METHOD_POST, "/admin/user/:id/stations", user_stations_save, "user.stations" },
	{ METHOD_GET, "/admin/user/:id/reset", user_password_show, "user.reset" },
	{ METHOD_POST, "/admin/user/:id/reset", user_password_save, "user.reset" },
	{ METHOD_GET, "/admin/role/:id/permit", role_permit_show, "role.permit" },
	{ METHOD_POST, "/admin/role/:id/permit", role_permit_save, "role.permit" },
	{ METHOD_GET, "/admin/role/:id/users", role_users_show, "role.users" },
	{ METHOD_POST, "/admin/role/:id/users", role_users_save, "role.users" },
	{ METHOD_GET, "/admin/api_key/create", api_key_new, "api_key.create" },
	{ METHOD_POST, "/admin/api_key/create", api_key_make, "api_key.create" },
	{ METHOD_GET, "/admin/webhook/:id/secret", webhook_secret_show, "webhook.secret" },
	{ METHOD_POST, "/admin/webhook/:id/secret", webhook_secret_save, "webhook.secret" },
	{ METHOD_GET, "/admin/me/email", email_show, NULL },
	{ METHOD_POST, "/admin/me/email", email_send, NULL },
	{ METHOD_GET, "/admin/me/email/verify", email_verify_show, NULL },
	{ METHOD_POST, "/admin/me/email/verify", email_verify, NULL },
	{ METHOD_GET, "/admin/stranger/:id/register", stranger_register, "stranger.register" },
	{ METHOD_GET, "/admin/member/:id/issue", member_issue, "member.issue" },
	{ METHOD_GET, "/admin/tariff/new", tariff_new, "tariff.create" },
	{ METHOD_POST, "/admin/tariff/new", tariff_create, "tariff.create" },
	{ METHOD_GET, "/admin/tariff/:id/edit", tariff_edit, "tariff.update" },
	{ METHOD_POST, "/admin/tariff/:id/edit", tariff_update, "tariff.update" },
	{ METHOD_GET, "/admin/tariff/:id/calculate", tariff_calculate, "tariff.calculate" },
	{ METHOD_GET, "/admin/session/:id/recompute", session_recompute_show, "session.recompute" },
	{ METHOD_GET, "/admin/cycle_bill/:id/download", cycle_bill_download, "cycle_bill.download" },
	{ METHOD_GET, "/admin/payable/:id/download", payable_download, "payable.download" },
	{ METHOD_GET, "/admin/daily_report/:id/download", daily_report_download,
		"daily_report.download" },
	{ METHOD_GET, NULL },
};

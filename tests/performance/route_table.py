"""Which role opens which address of the admin: the table that the walk compares with what the pages answer.

One column for each staff role, in this order. ``y``: the page opens; ``-``: refused.
A new address needs a row here (or stands under NOBODY): read what the failing test prints before it is pasted.
"""

ROLES = (
    "administrator",
    "management",
    "channel_manager",
    "key_account_manager",
    "direct_sales",
    "telesales",
    "assistant",
    "finance",
    "legal",
    "after_sales",
    "analyst",
    "auditor",
)
TABLE = """
core_accountingmonth_change yyy---yyy-yy
core_accountingmonth_changelist yyy---yyy-yy
core_accountingmonth_close y------y----
core_accountingmonth_history yyy---yyy-yy
core_delegation_change yyy---yyy-yy
core_delegation_history yyy---yyy-yy
core_delegation_new yyyyyyyyyy--
core_eventhandling_again y-----------
core_eventhandling_change yyy---yyy-yy
core_eventhandling_changelist yyy---yyy-yy
core_eventhandling_export yyy---yyy-yy
core_eventhandling_history yyy---yyy-yy
core_externalcode_add y-y---------
core_externalcode_change yyy---yyy-yy
core_externalcode_changelist yyy---yyy-yy
core_externalcode_history yyy---yyy-yy
core_feed_change yyy---yyy-yy
core_feed_changelist yyy---yyy-yy
core_feed_history yyy---yyy-yy
core_importjob_cancel yyy---yyy-yy
core_importjob_change yyy---yyy-yy
core_importjob_changelist yyy---yyy-yy
core_importjob_check yyy---yyy-yy
core_importjob_history yyy---yyy-yy
core_importjob_ignore yyy---yyy-yy
core_importjob_map yyy---yyy-yy
core_importjob_mend yyy---yyy-yy
core_importjob_panel yyy---yyy-yy
core_importjob_take yyy---yyy-yy
core_importjob_upload y-y---yy----
core_importjob_use yyy---yyy-yy
core_jobrun_again yyy---yyy-yy
core_jobrun_cancel yyy---yyy-yy
core_jobrun_change yyy---yyy-yy
core_jobrun_changelist yyy---yyy-yy
core_jobrun_history yyy---yyy-yy
core_jobrun_panel yyy---yyy-yy
core_jobrun_start y-----------
core_mappingprofile_add_lookup y-y---------
core_mappingprofile_change yyy---yyy-yy
core_mappingprofile_changelist yyy---yyy-yy
core_mappingprofile_columns yyy---yyy-yy
core_mappingprofile_history yyy---yyy-yy
core_mappingprofile_map_columns y-y---------
core_mappingprofile_new y-y---------
core_role_add y-----------
core_role_change yyy---yyy-yy
core_role_changelist yyy---yyy-yy
core_role_export yyy---yyy-yy
core_role_history yyy---yyy-yy
core_role_matrix yyy---yyy-yy
core_role_open_matrix yyy---yyy-yy
core_task_close yyyyyyyyyy--
core_user_add y-----------
core_user_change yyy---yyy-yy
core_user_changelist yyy---yyy-yy
core_user_history yyy---yyy-yy
core_viewas_change yyy---yyy-yy
core_viewas_changelist yyy---yyy-yy
core_viewas_history yyy---yyy-yy
core_workflowcase_withdraw yyyyyyyyyy--
core_workflowdefinition_change yyy---yyy-yy
core_workflowdefinition_changelist yyy---yyy-yy
core_workflowdefinition_design y-----------
core_workflowdefinition_export yyy---yyy-yy
core_workflowdefinition_history yyy---yyy-yy
core_workflowdefinition_new y-----------
core_workflowdefinition_start yyy---yyy---
inventory_location_add y-y---------
inventory_location_change yyyyy-yy-yyy
inventory_location_changelist yyyyy-yy-yyy
inventory_location_export yyyyy-yy-yyy
inventory_location_history yyyyy-yy-yyy
inventory_stockbatch_change yyyyy-yy-yyy
inventory_stockbatch_changelist yyyyy-yy-yyy
inventory_stockbatch_export yyyyy-yy-yyy
inventory_stockbatch_history yyyyy-yy-yyy
inventory_stockbatch_sync yyyyy-yy-yyy
inventory_stocklevel_change yyyyy-yy-yyy
inventory_stocklevel_changelist yyyyy-yy-yyy
inventory_stocklevel_export yyyyy-yy-yyy
inventory_stocklevel_history yyyyy-yy-yyy
inventory_stockmovement_change yyyyy-yy-yyy
inventory_stockmovement_changelist yyyyy-yy-yyy
inventory_stockmovement_export yyyyy-yy-yyy
inventory_stockmovement_history yyyyy-yy-yyy
inventory_stockvisibility_add y-y---------
inventory_stockvisibility_change yyyyy-yy-yyy
inventory_stockvisibility_changelist yyyyy-yy-yyy
inventory_stockvisibility_export yyyyy-yy-yyy
inventory_stockvisibility_history yyyyy-yy-yyy
inventory_stockvisibility_seen yyyyy-yy-yyy
partner_360_tab yyyyy-yy-yyy
partners_apiclient_new y-y---------
partners_apiclient_revoke y-y---------
partners_apiclient_rotate y-y---------
partners_authorisation_end y-y-----y---
partners_contracttemplate_add y-y-----y---
partners_contracttemplate_new_version y-y-----y---
partners_contractversion_amend y-y-----y---
partners_contractversion_send y-y-----y---
partners_contractversion_terminate y-y-----y---
partners_contractversion_withdraw y-y-----y---
partners_depositaccount_book y-y----y----
partners_depositaccount_change_terms y-y----y----
partners_depositentry_reverse_entry y-y----y----
partners_depositrule_add y-y---------
partners_membership_leave y-y---------
partners_onboardingtrack_new y-----------
partners_onboardingtrack_switch y-y---------
partners_partner_add y-y---y-----
partners_partner_ask_for_deposit y-y----y----
partners_partner_authorise y-y-----y---
partners_partner_change_home y-yy--y-----
partners_partner_change_tier y-yy--y-----
partners_partner_change_types y-yy--y-----
partners_partner_draft_contract y-y-----y---
partners_partner_invite y-y---------
partners_partner_move y-yy--y-----
partners_partner_resume y-yy--y-----
partners_partner_suspend y-yy--y-----
partners_partnerapplication_apart y-y---------
partners_partnerapplication_refuse y-y---------
partners_partnertier_add y-y---------
partners_partnertype_add y-y---------
partners_product_add y-y---------
partners_staffscope_limit y-y---------
partners_staffscope_of y-y---------
partners_templateversion_publish y-y-----y---
performance_finding_change yyyy--yyy-yy
performance_finding_changelist yyyy--yyy-yy
performance_finding_confirm y-y---------
performance_finding_dismiss y-y---------
performance_finding_export yyyy--yyy-yy
performance_finding_history yyyy--yyy-yy
performance_kpivalue_change yyyy--yyy-yy
performance_kpivalue_changelist yyyy--yyy-yy
performance_kpivalue_export yyyy--yyy-yy
performance_kpivalue_history yyyy--yyy-yy
performance_reportduty_change yyyy--yyy-yy
performance_reportduty_changelist yyyy--yyy-yy
performance_reportduty_export yyyy--yyy-yy
performance_reportduty_history yyyy--yyy-yy
performance_reportduty_set_due_day y-y---------
performance_salesreport_change yyyy--yyy-yy
performance_salesreport_changelist yyyy--yyy-yy
performance_salesreport_export yyyy--yyy-yy
performance_salesreport_history yyyy--yyy-yy
performance_score_change yyyy--yyy-yy
performance_score_changelist yyyy--yyy-yy
performance_score_export yyyy--yyy-yy
performance_score_history yyyy--yyy-yy
performance_scorecard_change yyyy--yyy-yy
performance_scorecard_changelist yyyy--yyy-yy
performance_scorecard_export yyyy--yyy-yy
performance_scorecard_history yyyy--yyy-yy
performance_scorecard_new y-----------
performance_scorecard_new_version y-----------
performance_target_bring_in y-y---------
performance_target_change yyyy--yyy-yy
performance_target_changelist yyyy--yyy-yy
performance_target_export yyyy--yyy-yy
performance_target_history yyyy--yyy-yy
performance_target_set_target y-y---------
pricing_agreement_agree y------y----
pricing_agreement_change yyyyy-yyy-yy
pricing_agreement_changelist yyyyy-yyy-yy
pricing_agreement_export yyyyy-yyy-yy
pricing_agreement_history yyyyy-yyy-yy
pricing_agreement_new y------y----
pricing_agreement_set_limit y------y----
pricing_exchangerate_change yyyyy-yyy-yy
pricing_exchangerate_changelist yyyyy-yyy-yy
pricing_exchangerate_history yyyyy-yyy-yy
pricing_exchangerate_set_rate y------y----
pricing_mapprice_change yyyyy-yyy-yy
pricing_mapprice_changelist yyyyy-yyy-yy
pricing_mapprice_export yyyyy-yyy-yy
pricing_mapprice_history yyyyy-yyy-yy
pricing_mapprice_set_price y------y----
pricing_priceassignment_change yyyyy-yyy-yy
pricing_priceassignment_changelist yyyyy-yyy-yy
pricing_priceassignment_export yyyyy-yyy-yy
pricing_priceassignment_history yyyyy-yyy-yy
pricing_pricelist_assign y------y----
pricing_pricelist_change yyyyy-yyy-yy
pricing_pricelist_changelist yyyyy-yyy-yy
pricing_pricelist_export yyyyy-yyy-yy
pricing_pricelist_history yyyyy-yyy-yy
pricing_pricelist_new y------y----
pricing_pricelist_price_check yyyyy-yyy-yy
pricing_pricelist_prices_of yyyyy-yyy-yy
pricing_pricelist_rename y------y----
pricing_pricelist_set_formula y------y----
pricing_pricelist_set_price y------y----
pricing_pricerow_change yyyyy-yyy-yy
pricing_pricerow_changelist yyyyy-yyy-yy
pricing_pricerow_export yyyyy-yyy-yy
pricing_pricerow_history yyyyy-yyy-yy
pricing_promotion_add_items y------y----
pricing_promotion_change yyyyy-yyy-yy
pricing_promotion_changelist yyyyy-yyy-yy
pricing_promotion_export yyyyy-yyy-yy
pricing_promotion_history yyyyy-yyy-yy
pricing_promotion_new y------y----
pricing_promotion_offer y------y----
pricing_promotion_set_limit y------y----
pricing_promotion_set_terms y------y----
pricing_rebateaccount_change yyyyy-yyy-yy
pricing_rebateaccount_changelist yyyyy-yyy-yy
pricing_rebateaccount_history yyyyy-yyy-yy
pricing_rebateposting_change yyyyy-yyy-yy
pricing_rebateposting_changelist yyyyy-yyy-yy
pricing_rebateposting_export yyyyy-yyy-yy
pricing_rebateposting_history yyyyy-yyy-yy
pricing_rebateprogramme_add_members y-y----y----
pricing_rebateprogramme_change yyyyy-yyy-yy
pricing_rebateprogramme_changelist yyyyy-yyy-yy
pricing_rebateprogramme_end y-y----y----
pricing_rebateprogramme_history yyyyy-yyy-yy
pricing_rebateprogramme_manual y------y----
pricing_rebateprogramme_new y-y----y----
pricing_rebateprogramme_new_version y-y----y----
pricing_rebateprogramme_send y-y----y----
pricing_salesbatch_change yyyyy-yyy-yy
pricing_salesbatch_changelist yyyyy-yyy-yy
pricing_salesbatch_history yyyyy-yyy-yy
pricing_salesline_change yyyyy-yyy-yy
pricing_salesline_changelist yyyyy-yyy-yy
pricing_salesline_export yyyyy-yyy-yy
pricing_salesline_history yyyyy-yyy-yy
pricing_salesmonth_change yyyyy-yyy-yy
pricing_salesmonth_changelist yyyyy-yyy-yy
pricing_salesmonth_export yyyyy-yyy-yy
pricing_salesmonth_history yyyyy-yyy-yy
pricing_salesmonthline_change yyyyy-yyy-yy
pricing_salesmonthline_changelist yyyyy-yyy-yy
pricing_salesmonthline_export yyyyy-yyy-yy
pricing_salesmonthline_history yyyyy-yyy-yy
pricing_usageentry_change yyyyy-yyy-yy
pricing_usageentry_changelist yyyyy-yyy-yy
pricing_usageentry_export yyyyy-yyy-yy
pricing_usageentry_history yyyyy-yyy-yy
pricing_usagelimit_change yyyyy-yyy-yy
pricing_usagelimit_changelist yyyyy-yyy-yy
pricing_usagelimit_export yyyyy-yyy-yy
pricing_usagelimit_history yyyyy-yyy-yy
provinces yyyyy-yyy-yy
"""

GROUPED = """
y-y--------- performance_tierproposal_accept performance_tierproposal_decline performance_tierrules_design
y-y--------- performance_tierrules_designer partners_tierbenefit_offer partners_tierbenefit_withdraw
yyyy--yyy-yy performance_tierproposal_change performance_tierproposal_changelist performance_tierproposal_export
yyyy--yyy-yy performance_tierproposal_history performance_tierproposal_to_rules performance_tierrules_change
yyyy--yyy-yy performance_tierrules_changelist performance_tierrules_export performance_tierrules_history
yyyyyyyyyyyy performance_tierproposal_to_benefits partners_tierbenefit_change partners_tierbenefit_changelist
yyyyyyyyyyyy partners_tierbenefit_export partners_tierbenefit_history
y-y----y---- pricing_pricerevision_announce pricing_pricerevision_change_prices pricing_pricerevision_new
y-y----y---- pricing_pricerevision_publish pricing_pricerevision_refresh pricing_pricerevision_reopen
y-y----y---- pricing_pricerevision_reschedule pricing_pricerevision_revert pricing_pricerevision_set_price
y-y----y---- pricing_pricerevision_submit pricing_pricerevision_withdraw pricing_pricerevisionrow_set_new
y-y----y---- pricing_revisionnotice_settle
yyyyy-yyy-yy pricing_pricerevision_change pricing_pricerevision_changelist pricing_pricerevision_export
yyyyy-yyy-yy pricing_pricerevision_history pricing_pricerevisionrow_change pricing_pricerevisionrow_changelist
yyyyy-yyy-yy pricing_pricerevisionrow_export pricing_pricerevisionrow_history pricing_revisionnotice_change
yyyyy-yyy-yy pricing_revisionnotice_changelist pricing_revisionnotice_export pricing_revisionnotice_history
yyy---yyy-yy core_duplicateuse_change core_duplicateuse_changelist core_duplicateuse_export core_duplicateuse_history
yyyy--yyy-yy core_suspectedpair_change core_suspectedpair_changelist core_suspectedpair_export
yyyy--yyy-yy core_suspectedpair_history
y-yy--y----- core_suspectedpair_different core_suspectedpair_keep_newer core_suspectedpair_keep_older
y-yy--y----- core_suspectedpair_undo
y-y----y---- partners_bankaccount_add partners_bankaccount_reveal partners_invoicedetails_add
y-y----y---- partners_partner_add_account partners_partner_add_invoice partners_partnercontact_reveal
y-y--------- partners_certificate_renew partners_certificate_withdraw partners_certificationprogramme_add
y-y--------- partners_certificationrequirement_add partners_course_add partners_course_attach
y-y--------- partners_examattempt_allow_another partners_examquestion_add partners_partner_certify
y-y--------- partners_companynumber_add partners_licence_add partners_partner_add_address partners_partner_add_contact
y-y--------- partners_partner_add_licence partners_partner_add_number partners_partneraddress_add
y-y--------- partners_partnercontact_add
"""
# Opened by every role of the staff.
EVERYBODY = """
core_delegation_changelist core_delegation_export core_notification_changelist core_notification_read core_task_change
core_task_changelist core_task_history core_workflowcase_change core_workflowcase_changelist core_workflowcase_comment
core_workflowcase_decide core_workflowcase_export core_workflowcase_history forget_view index jsi18n login logout
partner_360 partners_accessrequest_change partners_accessrequest_changelist partners_accessrequest_export
partners_accessrequest_history partners_apiclient_change partners_apiclient_changelist partners_apiclient_history
partners_authorisation_change partners_authorisation_changelist partners_authorisation_export
partners_certificate_change partners_certificate_changelist partners_certificate_export partners_certificate_history
partners_certificate_paper partners_certificationprogramme_change partners_certificationprogramme_changelist
partners_certificationprogramme_export partners_certificationprogramme_history partners_certificationrequirement_change
partners_certificationrequirement_changelist partners_certificationrequirement_export
partners_certificationrequirement_history partners_course_change partners_course_changelist partners_course_export
partners_course_history partners_examattempt_change partners_examattempt_changelist partners_examattempt_export
partners_examattempt_history partners_examquestion_change partners_examquestion_changelist partners_examquestion_export
partners_examquestion_history
partners_authorisation_history partners_bankaccount_change partners_bankaccount_changelist partners_bankaccount_export
partners_bankaccount_history partners_companynumber_change partners_companynumber_changelist
partners_companynumber_export partners_companynumber_history partners_contractobligation_change
partners_contractobligation_changelist partners_contractobligation_export partners_contractobligation_history
partners_contracttemplate_change partners_contracttemplate_changelist partners_contracttemplate_export
partners_contracttemplate_history partners_contractversion_change partners_contractversion_changelist
partners_contractversion_export partners_contractversion_history partners_depositaccount_change
partners_depositaccount_changelist partners_depositaccount_export partners_depositaccount_history
partners_depositentry_change partners_depositentry_changelist partners_depositentry_export partners_depositentry_history
partners_depositrule_change partners_depositrule_changelist partners_depositrule_export partners_depositrule_history
partners_invoicedetails_change partners_invoicedetails_changelist partners_invoicedetails_export
partners_invoicedetails_history partners_licence_change partners_licence_changelist partners_licence_export
partners_licence_history partners_membership_change partners_membership_changelist partners_membership_export
partners_membership_history partners_onboardingtrack_change partners_onboardingtrack_changelist
partners_onboardingtrack_export partners_onboardingtrack_history partners_partner_change partners_partner_changelist
partners_partner_comment partners_partner_export partners_partner_history partners_partneraddress_change
partners_partneraddress_changelist partners_partneraddress_export partners_partneraddress_history
partners_partnerapplication_board partners_partnerapplication_change partners_partnerapplication_changelist
partners_partnerapplication_export partners_partnerapplication_history partners_partnerapplication_to_board
partners_partnercontact_change partners_partnercontact_changelist partners_partnercontact_export
partners_partnercontact_history partners_partnertier_change partners_partnertier_changelist partners_partnertier_export
partners_partnertier_history partners_partnertype_change partners_partnertype_changelist partners_partnertype_history
partners_product_change partners_product_changelist partners_product_export partners_product_history
partners_productline_change partners_productline_changelist partners_productline_history partners_saleschannel_change
partners_saleschannel_changelist partners_saleschannel_history partners_staffscope_change partners_staffscope_changelist
partners_staffscope_history partners_templateversion_change partners_templateversion_changelist
partners_templateversion_export partners_templateversion_history partners_territory_change partners_territory_changelist
partners_territory_history password_change password_change_done save_view search
"""

# Opened by nobody: nothing is deleted here, and what services make has no form to add.
NOBODY = """
autocomplete core_accountingmonth_add core_accountingmonth_delete core_delegation_add core_delegation_delete
core_delegation_end core_duplicateuse_add core_duplicateuse_delete core_eventhandling_add core_eventhandling_delete
core_externalcode_delete core_feed_add core_feed_delete core_importjob_add core_importjob_delete core_jobrun_add
core_jobrun_delete core_mappingprofile_add core_mappingprofile_delete core_notification_add core_notification_change
core_notification_delete core_notification_history core_role_delete core_suspectedpair_add core_suspectedpair_delete
core_task_add core_task_delete core_user_delete core_viewas_add core_viewas_delete core_workflowcase_add
core_workflowcase_delete core_workflowdefinition_add core_workflowdefinition_delete inventory_location_delete
inventory_stockbatch_add inventory_stockbatch_delete inventory_stocklevel_add inventory_stocklevel_delete
inventory_stockmovement_add inventory_stockmovement_delete inventory_stockvisibility_delete partners_accessrequest_add
partners_accessrequest_delete partners_apiclient_add partners_apiclient_delete partners_authorisation_add
partners_authorisation_delete partners_bankaccount_delete partners_companynumber_delete partners_contractobligation_add
partners_contractobligation_delete partners_contracttemplate_delete partners_contractversion_add
partners_contractversion_delete partners_depositaccount_add partners_depositaccount_delete partners_depositentry_add
partners_depositentry_delete partners_depositrule_delete partners_invoicedetails_delete partners_licence_delete
partners_membership_add partners_membership_delete partners_onboardingtrack_add partners_onboardingtrack_delete
partners_partner_delete partners_partneraddress_delete partners_partnerapplication_add
partners_partnerapplication_delete partners_partnercontact_delete partners_partnertier_delete
partners_partnertype_delete partners_product_delete partners_productline_add partners_productline_delete
partners_saleschannel_add partners_saleschannel_delete partners_staffscope_add partners_staffscope_delete
partners_templateversion_add partners_templateversion_delete partners_territory_add partners_territory_delete
partners_certificate_add partners_certificate_delete partners_certificationprogramme_delete
partners_certificationrequirement_delete partners_course_delete partners_examattempt_add partners_examattempt_delete
partners_examquestion_delete
performance_finding_add performance_finding_delete performance_kpivalue_add performance_kpivalue_delete
performance_reportduty_add performance_reportduty_delete performance_salesreport_add performance_salesreport_delete
performance_score_add performance_score_delete performance_scorecard_add performance_scorecard_delete
performance_target_add performance_target_delete partners_tierbenefit_add partners_tierbenefit_delete
performance_tierproposal_add performance_tierproposal_delete performance_tierrules_add performance_tierrules_delete
pricing_agreement_add pricing_agreement_delete pricing_exchangerate_add
pricing_exchangerate_delete pricing_mapprice_add pricing_mapprice_delete pricing_priceassignment_add
pricing_priceassignment_delete pricing_pricelist_add pricing_pricelist_delete pricing_pricerow_add
pricing_pricerow_delete pricing_promotion_add pricing_promotion_delete pricing_rebateaccount_add
pricing_rebateaccount_delete pricing_rebateposting_add pricing_rebateposting_delete pricing_rebateprogramme_add
pricing_rebateprogramme_delete pricing_salesbatch_add pricing_salesbatch_delete pricing_salesline_add
pricing_salesline_delete pricing_salesmonth_add pricing_salesmonth_delete pricing_salesmonthline_add
pricing_salesmonthline_delete pricing_usageentry_add pricing_usageentry_delete pricing_usagelimit_add
pricing_usagelimit_delete pricing_pricerevision_add pricing_pricerevision_delete pricing_pricerevisionrow_add
pricing_pricerevisionrow_delete pricing_revisionnotice_add pricing_revisionnotice_delete
"""


def expected():
    """Address → role → whether it opens."""
    rows = [line.split() for line in TABLE.strip().splitlines()]
    rows += [(name, letters) for letters, *names in map(str.split, GROUPED.strip().splitlines()) for name in names]
    rows += [(name, "y" * len(ROLES)) for name in EVERYBODY.split()]
    rows += [(name, "-" * len(ROLES)) for name in NOBODY.split()]
    return {name: dict(zip(ROLES, letters, strict=True)) for name, letters in rows}

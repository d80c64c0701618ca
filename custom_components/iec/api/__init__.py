"""The client of the Israel Electric Corporation's customer services.

It signs in with an ID number and a one-time code at the provider's login service (Okta)
and reads contracts, meters, invoices, outages and prices from five hosts. Nothing
in here knows of Home Assistant.

Where the names of the `iec-api` library went:

| iec-api                                           | here                                  |
|---------------------------------------------------|---------------------------------------|
| IecClient                                         | client.IecClient                      |
| manual_login, login_with_id, verify_otp           | IecClient.sign_in, CodeRequired.handler |
| get_auth_factors, first_login, verify_otp_code    | okta.Okta, second_factor.SecondFactor |
| authorize_session, get_access_token               | Okta.authorize, Okta.exchange         |
| save/load_token_from_file, load_jwt_token         | `persist`, `login`, login.Login       |
| check_token, refresh_token, get_token             | IecClient.refresh, login              |
| get_customer, get_customer_mobile                 | IecClient.get_customer, get_customer_of |
| get_accounts, get_default_account                 | IecClient, the same names             |
| get_contracts, get_default_contract               | IecClient, the same names             |
| get_contract_check                                | IecClient.check_contract              |
| get_efs_messages                                  | IecClient.get_notice_subscriptions    |
| get_last_meter_reading                            | IecClient.get_last_readings           |
| get_devices, get_device_in, get_device_type       | IecClient, the same names             |
| get_device_by_device_id                           | IecClient.get_device_registers        |
| get_device_details_by_device_id (and_code)        | IecClient.identify_device, get_device_details |
| get_remote_reading                                | consumption.Consumption.get_report    |
| get_meter_readings                                | Consumption.get_reports               |
| send_consumption_report_to_mail                   | Consumption.send_report_by_mail       |
| get_electric_bill, get_billing_invoices           | billing.Billing.get_electric_bill, get_invoices |
| save_invoice_pdf_to_file                          | Billing.get_pdf                       |
| get_outages_by_account                            | outages.Outages.get_outages           |
| get_fault_portal_*                                | Outages.get_portal_profile, get_portal_outages |
| post_fault_portal_accounts_transactions           | Outages.post_transactions             |
| get_social_discount, get_touz_compatibility       | IecClient, the same names             |
| get_mobility_status                               | IecClient, the same name              |
| get_service_status                                | IecClient, the same name              |
| get_usage_calculator                              | public.PublicContent, appliances.estimate |
| get_*_tariff, get_power_size                      | PublicContent.get_tariffs, tariffs.Tariffs |
| get_masa_cities, volt_levels, lookup              | masa.Masa.get_cities, get_volt_levels, get_lookup |
| get_masa_user_profile                             | Masa.get_user_profile                 |
| get_masa_contact_account_user_profile             | Masa.get_contact_profile              |
| get_masa_order_titles, order_categories           | Masa.get_order_titles, get_order_categories |
| get_masa_equipment_by_account                     | Masa.get_equipment                    |
| get_masa_connection_size_from_masa                | Masa.get_connection_size              |
| building options                                  | Masa.get_building_options             |
| get_shared_accounts                               | Masa.get_shared_contract              |
| send_shared_account_invitation                    | Masa.share_contract                   |
| remove_contact_from_shared_account                | Masa.remove_shared_contact            |
| is_valid_israeli_id, check_phone                  | identity.is_valid_id, is_mobile_number |
| IECError, IECLoginError                           | CloudError and its kinds, errors      |
| JWT                                               | login.Login                           |
"""

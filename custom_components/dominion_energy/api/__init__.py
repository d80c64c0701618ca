"""The client of Dominion Energy's customer portal (Virginia and North Carolina).

It signs in at the portal's identity service (SAP Gigya), trades that sign-in for the
tokens of the data service and reads accounts, bills and interval usage from there.
Nothing in here knows of Home Assistant.

Where the names of the `dompower` library went:

| dompower                                          | here                                  |
|---------------------------------------------------|---------------------------------------|
| DompowerClient                                    | client.DominionClient                 |
| token_update_callback                             | `persist`, gets a login.Login         |
| async_get_interval_usage                          | DominionClient.get_interval_usage     |
| async_get_raw_excel                               | DominionClient.get_workbook           |
| async_get_customer_number                         | DominionClient.get_customer_number    |
| async_get_customer_info, async_get_accounts       | DominionClient.get_customer, get_accounts |
| async_get_bill_forecast                           | DominionClient.get_bill_forecast      |
| async_login, tfa_code_callback                    | DominionClient.sign_in, CodeRequired.handler |
| async_set_tokens, async_refresh_tokens            | DominionClient.use_tokens, refresh    |
| GigyaAuthenticator                                | gigya.Gigya, auth.Authenticator       |
| async_init_session                                | Gigya.begin                           |
| async_submit_credentials, LoginResult             | Gigya.sign_in, gigya.SignIn            |
| async_get_tfa_options, TFATarget, TFAProvider     | SecondFactor.deliveries, Delivery, second_factor.Provider |
| async_send_tfa_code                               | SecondFactor.send                     |
| async_verify_tfa_code, TokenPair                  | SecondFactor.submit, login.Tokens     |
| _async_complete_login                             | DominionClient.complete_login         |
| save/load_cookies, export/import_cookies          | cookies.export, cookies.restore       |
| IntervalUsageData                                 | intervals.IntervalUsage               |
| BillForecast, BillPeriodData                      | models.BillForecast, models.BilledPeriod |
| CustomerInfo, AccountInfo, ServiceAddress, MeterDevice | models.Customer, Account, ServiceAddress, Meter |
| CLI auth-info, auth-helper                        | DominionClient.use_tokens             |
| DompowerError, CannotConnectError, ApiError       | CloudError, CannotConnect, ProviderError |
| RateLimitError                                    | RateLimited                           |
| GigyaError                                        | ProviderError with the `code`         |
| InvalidCredentialsError, TokenExpiredError        | InvalidCredentials, SessionExpired    |
| InvalidAuthError                                  | SessionExpired, NotPermitted          |
| BrowserAuthRequiredError                          | errors.CaptchaRequired                |
| TFARequiredError                                  | CodeRequired                          |
| TFAVerificationError, TFAExpiredError             | CodeRejected, CodeExpired             |
"""

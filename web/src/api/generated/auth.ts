/* Made by npm run generate from services/auth/openapi.json. */

export interface paths {
    "/auth/admin/parked-events": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Events that no try could handle, left where they are */
        get: operations["list_parked_events_of_auth"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/auth/admin/parked-events/{decision}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Put parked events back into the queue, or throw them away */
        post: operations["decide_parked_events_of_auth"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/auth/verify-email": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Prove an address with the token of the mail (once, within 24 hours) and log in
         * @description A 409 (`password_to_choose`)
         *     where nothing says that whoever follows the link chose the password that it would bring to life: then choose one.
         */
        post: operations["verify_email"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/auth/login": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Log in with address and password
         * @description The refresh token is also set as a cookie.
         */
        post: operations["login"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/auth/token": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Log in by the password form of OAuth 2, so that the documentation page can authorise
         * @description Not from another site: a
         *     form, unlike JSON, needs nobody's leave to be sent there, and would log people in to somebody else's account.
         */
        post: operations["issue_access_token"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/auth/refresh": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Exchange the refresh token, from the body or the cookie, for new tokens; an old one ends its session
         * @description This is when changed roles and statuses reach the access token.
         */
        post: operations["refresh_tokens"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/auth/.well-known/jwks.json": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The public keys that verify access tokens, by `kid` */
        get: operations["read_signing_keys"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/auth/login/second-factor": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** The second step of a login that was answered with `second_factor_required` */
        post: operations["pass_second_factor"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/auth/me/second-factor": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Whether a second factor is asked for, and how many recovery codes are left */
        get: operations["read_second_factor"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/auth/me/totp": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Get a secret for an authenticator app
         * @description Nothing changes until a code confirms it.
         */
        post: operations["begin_totp"];
        /**
         * Turn the second factor off, and forget the recovery codes
         * @description Every other session ends.
         */
        delete: operations["turn_totp_off"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/auth/me/totp/confirm": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Turn the second factor on with a first code of the app
         * @description The answer has the recovery codes. Every other session
         *     ends.
         */
        post: operations["confirm_totp"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/auth/me/recovery-codes": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** New recovery codes; the old ones are worth nothing from now on */
        post: operations["renew_recovery_codes"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/auth/reauthenticate": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Show the password, a code or a passkey once more
         * @description For ten minutes this session may then change what protects the
         *     account: wherever the answer is `recent_login_required`, this comes first.
         */
        post: operations["reauthenticate"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/auth/passkeys/request-options": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * What the browser has to know to ask for a passkey: to log in, as a second factor, or to show once more who one is
         * @description The same for everybody; the browser that asks is the only one that can go on.
         */
        post: operations["begin_showing_passkey"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/auth/passkeys/login": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Log in with a passkey and nothing else
         * @description No other factor is asked for: it is two.
         */
        post: operations["log_in_with_passkey"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/auth/passkeys/creation-options": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * What the browser has to know to have a new passkey made
         * @description Like the second half, it takes a recent login.
         */
        post: operations["begin_adding_passkey"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/auth/passkeys": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** One's passkeys; never more than ten */
        get: operations["list_passkeys"];
        put?: never;
        /** Add the passkey that the browser has had made to one's ways to log in */
        post: operations["add_passkey"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/auth/passkeys/{passkey_id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        /**
         * Log in with it no more
         * @description The last way into the account stays; every other session ends. It takes a recent
         *     login.
         */
        delete: operations["remove_passkey"];
        options?: never;
        head?: never;
        /**
         * Call a passkey something else
         * @description The answer is all of them.
         */
        patch: operations["rename_passkey"];
        trace?: never;
    };
    "/auth/oauth": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The providers elsewhere that one can log in with here: those that are set up */
        get: operations["list_providers_elsewhere"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/auth/oauth/{provider}/authorize": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Begin to log in with a provider elsewhere
         * @description The browser that does is the only one that can end it.
         */
        get: operations["begin_login_elsewhere"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/auth/oauth/{provider}/callback": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Log in with what the provider sent back, once
         * @description The answer is that of a login.
         */
        post: operations["log_in_elsewhere"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/auth/me/identities/{provider}/authorize": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Begin to add a provider elsewhere to one's ways to log in
         * @description Like the second half, it takes a recent login.
         */
        post: operations["begin_linking"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/auth/me/identities/{provider}/callback": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Add what one is there to one's ways to log in here, once
         * @description The answer is all of them.
         */
        post: operations["link_identity"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/auth/me/identities": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The providers elsewhere that one can log in with; never more than ten */
        get: operations["list_identities"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/auth/me/identities/{identity_id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        /**
         * Log in with it no more
         * @description The last way into the account stays. It takes a recent login.
         */
        delete: operations["unlink_identity"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/auth/register": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Register an address; the mail that follows says how it goes on
         * @description The answer is the same for every address.
         *
         *     Its cookie lets the browser that registered follow the link without choosing a password once more.
         */
        post: operations["register"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/auth/me/roles": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Choose to be a customer, or a provider as well
         * @description In the access token from the next refresh on.
         */
        post: operations["choose_roles"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/auth/providers/apply": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Apply to offer services; an administrator decides */
        post: operations["apply_as_provider"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/auth/me": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** One's own account */
        get: operations["read_me"];
        put?: never;
        post?: never;
        /** Close one's account for good: what is known of its owner is erased here and, moments later, everywhere */
        delete: operations["close_account"];
        options?: never;
        head?: never;
        /** Change one's own name, phone number or address */
        patch: operations["update_me"];
        trace?: never;
    };
    "/auth/me/export": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * What auth holds about the caller
         * @description Bookings, ratings, notifications and catalog each have an `export` too.
         */
        get: operations["export_account"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/auth/forgot-password": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Ask for a mail with a link that sets a new password
         * @description The answer is the same for every address.
         */
        post: operations["forgot_password"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/auth/reset-password": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Set a new password with the token of the mail (once, within an hour)
         * @description Every session ends; log in afterwards.
         */
        post: operations["reset_password"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/auth/me/password": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Change one's own password
         * @description Every other session ends.
         */
        post: operations["change_password"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/auth/me/email": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Ask for another address: nothing changes until the link in the mail to it is followed (within 24 hours) */
        post: operations["change_email"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/auth/confirm-email": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Change the address with the token of the mail that went to the new one */
        post: operations["confirm_email"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/auth/guests/{booking_id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The account that this booking's guest may complete; a 409 where it has a password already */
        get: operations["read_guest_account"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/auth/guests/complete": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Choose a password for the account that a guest's booking has made (once, within 30 days), and log in */
        post: operations["complete_guest_account"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/auth/logout": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Log this device out */
        post: operations["logout"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/auth/logout-all": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Log every device out */
        post: operations["logout_all"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/auth/sessions": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The devices one is logged in on, the latest login first */
        get: operations["list_sessions"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/auth/sessions/{session_id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        /** Log one device out */
        delete: operations["end_session"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/auth/admin/users/{user_id}/suspend": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Bar somebody, and say why: they are logged out everywhere, and what they offer is hidden */
        post: operations["suspend_user"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/auth/admin/users/{user_id}/reinstate": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Open a suspended account again */
        post: operations["reinstate_user"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/auth/admin/providers/{user_id}/approve": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Let an applicant in */
        post: operations["approve_provider"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/auth/admin/providers/{user_id}/reject": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Turn an applicant down, and say why
         * @description They may apply again.
         */
        post: operations["reject_provider"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/auth/admin/users": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Accounts, the newest first, or those who have applied, whoever has waited the longest first */
        get: operations["list_users"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/auth/admin/users/{user_id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** One account */
        get: operations["read_user"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/auth/me/security-events": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** What happened to one's own account: logins, failed ones too, and every change of what protects it */
        get: operations["list_security_events"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/auth/admin/audit": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** What administrators did, to whom and why, the latest first */
        get: operations["list_admin_actions"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
}
export type webhooks = Record<string, never>;
export interface components {
    schemas: {
        /** AccountClosing */
        AccountClosing: {
            /** Password */
            password?: string | null;
        };
        /**
         * AccountExport
         * @description What auth holds. The other services have their own part.
         */
        AccountExport: {
            account: components["schemas"]["UserAccount"];
            application: components["schemas"]["SubmittedApplication"] | null;
            /** Identities */
            identities: components["schemas"]["LinkedIdentity"][];
            second_factor: components["schemas"]["SecondFactorState"];
            /** Passkeys */
            passkeys: components["schemas"]["OwnPasskey"][];
            /** Sessions */
            sessions: components["schemas"]["DeviceSession"][];
            /** Security Events */
            security_events: components["schemas"]["OwnSecurityEvent"][];
        };
        /** AccountInShort */
        AccountInShort: {
            /** Email */
            email: string;
            /** Full Name */
            full_name: string | null;
        };
        /** AdminAction */
        AdminAction: {
            /** Id */
            id: string;
            /**
             * Kind
             * @enum {string}
             */
            kind: "login" | "login_failed" | "login_throttled" | "logout" | "reauthenticated" | "session_ended" | "all_sessions_ended" | "refresh_token_reused" | "email_verified" | "guest_recognised" | "account_completed" | "password_reset_requested" | "password_reset" | "password_changed" | "email_change_requested" | "email_changed" | "codes_guessed" | "identity_linked" | "identity_unlinked" | "passkey_added" | "passkey_removed" | "recovery_code_used" | "recovery_codes_renewed" | "second_factor_on" | "second_factor_off" | "roles_chosen" | "provider_applied" | "provider_approved" | "provider_rejected" | "suspended" | "reinstated" | "admin_granted" | "second_factor_permitted";
            /**
             * At
             * Format: date-time
             */
            at: string;
            /** Admin Id */
            admin_id: string;
            admin: components["schemas"]["AccountInShort"] | null;
            /** User Id */
            user_id: string;
            user: components["schemas"]["AccountInShort"] | null;
            /** Reason */
            reason: string | null;
            /** Client Address */
            client_address: string;
            /** Device */
            device: string;
            /** Details */
            details: {
                [key: string]: unknown;
            };
        };
        /**
         * AdminUserAccount
         * @description An account as administrators see it: with what its owner wrote when applying as a provider.
         */
        AdminUserAccount: {
            /** Id */
            id: string;
            /** Email */
            email: string;
            /** Full Name */
            full_name: string | null;
            /** Phone Number */
            phone_number: string | null;
            /** Address */
            address: string | null;
            /** Roles */
            roles: ("user" | "provider" | "admin")[];
            /**
             * Onboarding Status
             * @enum {string}
             */
            onboarding_status: "provisional" | "complete";
            /**
             * Provider Status
             * @enum {string}
             */
            provider_status: "not_applied" | "pending" | "approved" | "rejected";
            /** Provider Rejection Reason */
            provider_rejection_reason: string | null;
            /** Profile Missing */
            profile_missing: ("full_name" | "phone_number" | "address")[];
            /** Email Verified */
            email_verified: boolean;
            /**
             * Created At
             * Format: date-time
             */
            created_at: string;
            application: components["schemas"]["SubmittedApplication"] | null;
            suspension?: components["schemas"]["SuspensionState"] | null;
        };
        /** Approval */
        Approval: {
            /**
             * Applied At
             * @description Of the application that was read. Where the applicant has applied anew since, nothing is decided: 409 `application_changed`.
             */
            applied_at?: string | null;
        };
        /** AssertionResponse */
        AssertionResponse: {
            /** Clientdatajson */
            clientDataJSON: string;
            /** Authenticatordata */
            authenticatorData: string;
            /** Signature */
            signature: string;
            /** Userhandle */
            userHandle?: string | null;
        };
        /** AttestationResponse */
        AttestationResponse: {
            /** Clientdatajson */
            clientDataJSON: string;
            /** Attestationobject */
            attestationObject: string;
        };
        /** Authorization */
        Authorization: {
            /** Authorization Url */
            authorization_url: string;
        };
        /**
         * Barring
         * @description Suspending an account, or opening it again.
         */
        Barring: {
            /** Reason */
            reason: string;
        };
        /** Confirmation */
        Confirmation: {
            /** Code */
            code: string;
        };
        /**
         * CreatedCredential
         * @description What `toJSON()` makes of a credential that `navigator.credentials.create()` has answered. It belongs to browsers
         *     and grows with them, so what is not named here is not looked at, and not refused.
         */
        CreatedCredential: {
            /** Id */
            id: string;
            /**
             * Type
             * @constant
             */
            type: "public-key";
            response: components["schemas"]["AttestationResponse"];
        };
        /** Credentials */
        Credentials: {
            /** Email */
            email: string;
            /**
             * Password
             * Format: password
             */
            password: string;
        };
        /** Decided */
        Decided: {
            /** Count */
            count: number;
        };
        /** DeviceSession */
        DeviceSession: {
            /** Id */
            id: string;
            /** Device */
            device: string;
            /**
             * Created At
             * Format: date-time
             */
            created_at: string;
            /**
             * Last Used At
             * Format: date-time
             */
            last_used_at: string;
            /**
             * Expires At
             * Format: date-time
             */
            expires_at: string;
            /** Current */
            current: boolean;
        };
        /** EmailChange */
        EmailChange: {
            /**
             * Email
             * Format: email
             */
            email: string;
            /** Password */
            password?: string | null;
        };
        /**
         * EmailChangeAccepted
         * @description The same for every address.
         */
        EmailChangeAccepted: {
            /**
             * Message
             * @default Follow the link in the mail to the new address. Until then nothing changes.
             */
            message: string;
        };
        /** EmailChanged */
        EmailChanged: {
            /** Email */
            email: string;
        };
        /** EmailConfirmation */
        EmailConfirmation: {
            /** Token */
            token: string;
        };
        /** EmailVerification */
        EmailVerification: {
            /** Token */
            token: string;
            /** Password */
            password?: string | null;
            /** Full Name */
            full_name?: string | null;
        };
        /** FieldError */
        FieldError: {
            /** Field */
            field: string;
            /** Message */
            message: string;
        };
        /** ForgottenPassword */
        ForgottenPassword: {
            /**
             * Email
             * Format: email
             */
            email: string;
        };
        /**
         * GuestAccount
         * @description An account that waits for its password.
         */
        GuestAccount: {
            /** Email */
            email: string;
            /** Full Name */
            full_name: string | null;
        };
        /** GuestCompletion */
        GuestCompletion: {
            /** Booking Id */
            booking_id: string;
            /** Secret */
            secret: string;
            /**
             * Password
             * Format: password
             */
            password: string;
            /** Full Name */
            full_name?: string | null;
        };
        /** LinkedIdentity */
        LinkedIdentity: {
            /** Id */
            id: string;
            /**
             * Provider
             * @enum {string}
             */
            provider: "google" | "facebook";
            /** Email */
            email: string | null;
            /**
             * Linked At
             * Format: date-time
             */
            linked_at: string;
        };
        /** LoginAnswer */
        LoginAnswer: {
            /** Access Token */
            access_token: string;
            /**
             * Token Type
             * @default bearer
             * @constant
             */
            token_type: "bearer";
            /** Expires In */
            expires_in: number;
            /** Refresh Token */
            refresh_token: string | null;
            user: components["schemas"]["UserAccount"];
        };
        /** NewPasskey */
        NewPasskey: {
            credential: components["schemas"]["CreatedCredential"];
            /**
             * Name
             * @default Passkey
             */
            name: string;
        };
        /** OfferedProvider */
        OfferedProvider: {
            /**
             * Name
             * @enum {string}
             */
            name: "google" | "facebook";
            /** Title */
            title: string;
        };
        /** OwnPasskey */
        OwnPasskey: {
            /** Id */
            id: string;
            /** Name */
            name: string;
            /**
             * Added At
             * Format: date-time
             */
            added_at: string;
            /**
             * Last Used At
             * @description When somebody last logged in with it.
             */
            last_used_at: string | null;
        };
        /** OwnSecurityEvent */
        OwnSecurityEvent: {
            /** Id */
            id: string;
            /**
             * Kind
             * @enum {string}
             */
            kind: "login" | "login_failed" | "login_throttled" | "logout" | "reauthenticated" | "session_ended" | "all_sessions_ended" | "refresh_token_reused" | "email_verified" | "guest_recognised" | "account_completed" | "password_reset_requested" | "password_reset" | "password_changed" | "email_change_requested" | "email_changed" | "codes_guessed" | "identity_linked" | "identity_unlinked" | "passkey_added" | "passkey_removed" | "recovery_code_used" | "recovery_codes_renewed" | "second_factor_on" | "second_factor_off" | "roles_chosen" | "provider_applied" | "provider_approved" | "provider_rejected" | "suspended" | "reinstated" | "admin_granted" | "second_factor_permitted";
            /**
             * At
             * Format: date-time
             */
            at: string;
            /** Client Address */
            client_address: string | null;
            /** Device */
            device: string | null;
            /** By Administrator */
            by_administrator: boolean;
            /** Details */
            details: {
                [key: string]: unknown;
            };
        };
        /**
         * OwnersProof
         * @description One of the two; neither, for those who have logged in within the last ten minutes.
         */
        OwnersProof: {
            /** Password */
            password?: string | null;
            /** Code */
            code?: string | null;
        };
        /** Page[AdminAction] */
        Page_AdminAction_: {
            /** Items */
            items: components["schemas"]["AdminAction"][];
            /** Next Cursor */
            next_cursor: string | null;
        };
        /** Page[AdminUserAccount] */
        Page_AdminUserAccount_: {
            /** Items */
            items: components["schemas"]["AdminUserAccount"][];
            /** Next Cursor */
            next_cursor: string | null;
        };
        /** Page[DeviceSession] */
        Page_DeviceSession_: {
            /** Items */
            items: components["schemas"]["DeviceSession"][];
            /** Next Cursor */
            next_cursor: string | null;
        };
        /** Page[LinkedIdentity] */
        Page_LinkedIdentity_: {
            /** Items */
            items: components["schemas"]["LinkedIdentity"][];
            /** Next Cursor */
            next_cursor: string | null;
        };
        /** Page[OfferedProvider] */
        Page_OfferedProvider_: {
            /** Items */
            items: components["schemas"]["OfferedProvider"][];
            /** Next Cursor */
            next_cursor: string | null;
        };
        /** Page[OwnPasskey] */
        Page_OwnPasskey_: {
            /** Items */
            items: components["schemas"]["OwnPasskey"][];
            /** Next Cursor */
            next_cursor: string | null;
        };
        /** Page[OwnSecurityEvent] */
        Page_OwnSecurityEvent_: {
            /** Items */
            items: components["schemas"]["OwnSecurityEvent"][];
            /** Next Cursor */
            next_cursor: string | null;
        };
        /**
         * ParkedEventSeen
         * @description Without what the event says: that may be about people.
         */
        ParkedEventSeen: {
            /** Event Id */
            event_id: string | null;
            /** Event */
            event: string | null;
            /** Subject */
            subject: string | null;
            /** Error */
            error: string;
            /** Attempts */
            attempts: number;
            /** Parked At */
            parked_at: string | null;
        };
        /**
         * ParkedEvents
         * @description The oldest first.
         */
        ParkedEvents: {
            /** Items */
            items: components["schemas"]["ParkedEventSeen"][];
        };
        /** PasskeyChange */
        PasskeyChange: {
            /** Name */
            name: string;
        };
        /** PasskeyLogin */
        PasskeyLogin: {
            credential: components["schemas"]["ShownCredential"];
        };
        /** PasskeyOptions */
        PasskeyOptions: {
            /** Public Key */
            public_key: {
                [key: string]: unknown;
            };
        };
        /** PasswordChange */
        PasswordChange: {
            /** Current Password */
            current_password?: string | null;
            /**
             * New Password
             * Format: password
             */
            new_password: string;
        };
        /**
         * PasswordForm
         * @description The password grant of OAuth 2: here `username` is the address. Scopes and clients mean nothing to us.
         */
        PasswordForm: {
            /**
             * Grant Type
             * @default password
             * @constant
             */
            grant_type: "password";
            /** Username */
            username: string;
            /**
             * Password
             * Format: password
             */
            password: string;
            /**
             * Scope
             * @default
             */
            scope: string;
            /** Client Id */
            client_id?: string | null;
            /** Client Secret */
            client_secret?: string | null;
        };
        /** PasswordReset */
        PasswordReset: {
            /** Token */
            token: string;
            /**
             * Password
             * Format: password
             */
            password: string;
        };
        /**
         * ProblemDocument
         * @description The body of every error (RFC 9457).
         */
        ProblemDocument: {
            /** Type */
            type: string;
            /** Title */
            title: string;
            /** Status */
            status: number;
            /** Detail */
            detail: string;
            /** Instance */
            instance: string;
            /** Code */
            code: string;
            /** Request Id */
            request_id: string;
            /** Errors */
            errors?: components["schemas"]["FieldError"][] | null;
        };
        /**
         * ProfileChange
         * @description What is left out stays as it is; null clears. A name can only be changed.
         */
        ProfileChange: {
            /** Full Name */
            full_name?: string;
            /** Phone Number */
            phone_number?: string | null;
            /** Address */
            address?: string | null;
        };
        /** ProviderApplication */
        ProviderApplication: {
            /** Trading Name */
            trading_name: string;
            /** Phone Number */
            phone_number: string;
            /** Address */
            address: string;
        };
        /**
         * ProvidersAnswer
         * @description What the provider has put behind the `?` of the page that it sent the person back to.
         */
        ProvidersAnswer: {
            /** Code */
            code: string;
            /** State */
            state: string;
            /** Iss */
            iss?: string | null;
        };
        /** PublicSigningKey */
        PublicSigningKey: {
            /** Kid */
            kid: string;
            /**
             * Kty
             * @constant
             */
            kty: "EC";
            /**
             * Crv
             * @constant
             */
            crv: "P-256";
            /** X */
            x: string;
            /** Y */
            y: string;
            /**
             * Use
             * @constant
             */
            use: "sig";
            /**
             * Alg
             * @constant
             */
            alg: "ES256";
        };
        /**
         * PublicSigningKeys
         * @description A JWK set (RFC 7517).
         */
        PublicSigningKeys: {
            /** Keys */
            keys: components["schemas"]["PublicSigningKey"][];
        };
        /**
         * RecoveryCodes
         * @description Each is good for one login without the app. Nobody is told again.
         */
        RecoveryCodes: {
            /** Recovery Codes */
            recovery_codes: string[];
        };
        /**
         * Refresh
         * @description Empty, or left out, where the cookie carries the refresh token.
         */
        Refresh: {
            /** Refresh Token */
            refresh_token?: string | null;
        };
        /** Registration */
        Registration: {
            /**
             * Email
             * Format: email
             */
            email: string;
            /**
             * Password
             * Format: password
             */
            password: string;
            /** Full Name */
            full_name?: string | null;
        };
        /**
         * RegistrationAccepted
         * @description The same for every address.
         */
        RegistrationAccepted: {
            /**
             * Message
             * @default If this address can be registered, a mail is on its way to it.
             */
            message: string;
        };
        /** Rejection */
        Rejection: {
            /** Reason */
            reason: string;
            /**
             * Applied At
             * @description Of the application that was read. Where the applicant has applied anew since, nothing is decided: 409 `application_changed`.
             */
            applied_at?: string | null;
        };
        /**
         * ResetAccepted
         * @description The same for every address.
         */
        ResetAccepted: {
            /**
             * Message
             * @default If this address has an account, a mail with a link is on its way to it.
             */
            message: string;
        };
        /**
         * RoleChoice
         * @description `["user"]`, or `["user", "provider"]` for somebody who wants to offer services as well.
         */
        RoleChoice: {
            /** Roles */
            roles: ("user" | "provider")[];
        };
        /**
         * SecondFactorShown
         * @description With one of `code` and `passkey`.
         */
        SecondFactorShown: {
            /** Mfa Token */
            mfa_token: string;
            /** Code */
            code?: string | null;
            passkey?: components["schemas"]["ShownCredential"] | null;
        };
        /** SecondFactorState */
        SecondFactorState: {
            /** Totp */
            totp: boolean;
            /** Recovery Codes Left */
            recovery_codes_left: number;
            /** Since */
            since: string | null;
        };
        /**
         * ShownAgain
         * @description One of them. `methods` of a `recent_login_required` says which the account has.
         */
        ShownAgain: {
            /** Password */
            password?: string | null;
            /** Code */
            code?: string | null;
            passkey?: components["schemas"]["ShownCredential"] | null;
        };
        /**
         * ShownCredential
         * @description The same for `navigator.credentials.get()`.
         */
        ShownCredential: {
            /** Id */
            id: string;
            /**
             * Type
             * @constant
             */
            type: "public-key";
            response: components["schemas"]["AssertionResponse"];
        };
        /** SubmittedApplication */
        SubmittedApplication: {
            /** Trading Name */
            trading_name: string;
            /** Phone Number */
            phone_number: string;
            /** Address */
            address: string;
            /**
             * Applied At
             * Format: date-time
             */
            applied_at: string;
        };
        /** SuspensionState */
        SuspensionState: {
            /** Reason */
            reason: string;
            /**
             * At
             * Format: date-time
             */
            at: string;
            /** Admin Id */
            admin_id: string;
        };
        /**
         * TotpSecret
         * @description For an authenticator app, by hand or as a QR code. Nobody is told again.
         */
        TotpSecret: {
            /** Secret */
            secret: string;
            /** Otpauth Uri */
            otpauth_uri: string;
        };
        /** UserAccount */
        UserAccount: {
            /** Id */
            id: string;
            /** Email */
            email: string;
            /** Full Name */
            full_name: string | null;
            /** Phone Number */
            phone_number: string | null;
            /** Address */
            address: string | null;
            /** Roles */
            roles: ("user" | "provider" | "admin")[];
            /**
             * Onboarding Status
             * @enum {string}
             */
            onboarding_status: "provisional" | "complete";
            /**
             * Provider Status
             * @enum {string}
             */
            provider_status: "not_applied" | "pending" | "approved" | "rejected";
            /** Provider Rejection Reason */
            provider_rejection_reason: string | null;
            /** Profile Missing */
            profile_missing: ("full_name" | "phone_number" | "address")[];
            /** Email Verified */
            email_verified: boolean;
            /**
             * Created At
             * Format: date-time
             */
            created_at: string;
        };
        /** Which */
        Which: {
            /**
             * Event Id
             * @description One event; all of them where it is null.
             */
            event_id: string | null;
        };
    };
    responses: never;
    parameters: never;
    requestBodies: never;
    headers: never;
    pathItems: never;
}
export type $defs = Record<string, never>;
export interface operations {
    list_parked_events_of_auth: {
        parameters: {
            query?: {
                limit?: number;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ParkedEvents"];
                };
            };
            /** @description What is wrong, as problem+json. */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ProblemDocument"];
                };
            };
        };
    };
    decide_parked_events_of_auth: {
        parameters: {
            query?: never;
            header?: {
                /** @description Makes the call safe to send again: the same key and body get the first answer. */
                "Idempotency-Key"?: string | null;
            };
            path: {
                decision: "replay" | "drop";
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["Which"];
            };
        };
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Decided"];
                };
            };
            /** @description What is wrong, as problem+json. */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ProblemDocument"];
                };
            };
        };
    };
    verify_email: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["EmailVerification"];
            };
        };
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["LoginAnswer"];
                };
            };
            /** @description What is wrong, as problem+json. */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ProblemDocument"];
                };
            };
        };
    };
    login: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["Credentials"];
            };
        };
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["LoginAnswer"];
                };
            };
            /** @description What is wrong, as problem+json. */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ProblemDocument"];
                };
            };
        };
    };
    issue_access_token: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/x-www-form-urlencoded": components["schemas"]["PasswordForm"];
            };
        };
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["LoginAnswer"];
                };
            };
            /** @description What is wrong, as problem+json. */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ProblemDocument"];
                };
            };
        };
    };
    refresh_tokens: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: {
                "__Host-gigsta_refresh"?: string | null;
            };
        };
        requestBody?: {
            content: {
                "application/json": components["schemas"]["Refresh"] | null;
            };
        };
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["LoginAnswer"];
                };
            };
            /** @description What is wrong, as problem+json. */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ProblemDocument"];
                };
            };
        };
    };
    read_signing_keys: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["PublicSigningKeys"];
                };
            };
            /** @description What is wrong, as problem+json. */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ProblemDocument"];
                };
            };
        };
    };
    pass_second_factor: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["SecondFactorShown"];
            };
        };
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["LoginAnswer"];
                };
            };
            /** @description What is wrong, as problem+json. */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ProblemDocument"];
                };
            };
        };
    };
    read_second_factor: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["SecondFactorState"];
                };
            };
            /** @description What is wrong, as problem+json. */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ProblemDocument"];
                };
            };
        };
    };
    begin_totp: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["TotpSecret"];
                };
            };
            /** @description What is wrong, as problem+json. */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ProblemDocument"];
                };
            };
        };
    };
    turn_totp_off: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: {
            content: {
                "application/json": components["schemas"]["OwnersProof"] | null;
            };
        };
        responses: {
            /** @description Successful Response */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description What is wrong, as problem+json. */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ProblemDocument"];
                };
            };
        };
    };
    confirm_totp: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["Confirmation"];
            };
        };
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["RecoveryCodes"];
                };
            };
            /** @description What is wrong, as problem+json. */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ProblemDocument"];
                };
            };
        };
    };
    renew_recovery_codes: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: {
            content: {
                "application/json": components["schemas"]["OwnersProof"] | null;
            };
        };
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["RecoveryCodes"];
                };
            };
            /** @description What is wrong, as problem+json. */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ProblemDocument"];
                };
            };
        };
    };
    reauthenticate: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["ShownAgain"];
            };
        };
        responses: {
            /** @description Successful Response */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description What is wrong, as problem+json. */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ProblemDocument"];
                };
            };
        };
    };
    begin_showing_passkey: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["PasskeyOptions"];
                };
            };
            /** @description What is wrong, as problem+json. */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ProblemDocument"];
                };
            };
        };
    };
    log_in_with_passkey: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["PasskeyLogin"];
            };
        };
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["LoginAnswer"];
                };
            };
            /** @description What is wrong, as problem+json. */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ProblemDocument"];
                };
            };
        };
    };
    begin_adding_passkey: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["PasskeyOptions"];
                };
            };
            /** @description What is wrong, as problem+json. */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ProblemDocument"];
                };
            };
        };
    };
    list_passkeys: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Page_OwnPasskey_"];
                };
            };
            /** @description What is wrong, as problem+json. */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ProblemDocument"];
                };
            };
        };
    };
    add_passkey: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["NewPasskey"];
            };
        };
        responses: {
            /** @description Successful Response */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["OwnPasskey"];
                };
            };
            /** @description What is wrong, as problem+json. */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ProblemDocument"];
                };
            };
        };
    };
    remove_passkey: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                passkey_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description What is wrong, as problem+json. */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ProblemDocument"];
                };
            };
        };
    };
    rename_passkey: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                passkey_id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["PasskeyChange"];
            };
        };
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Page_OwnPasskey_"];
                };
            };
            /** @description What is wrong, as problem+json. */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ProblemDocument"];
                };
            };
        };
    };
    list_providers_elsewhere: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Page_OfferedProvider_"];
                };
            };
            /** @description What is wrong, as problem+json. */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ProblemDocument"];
                };
            };
        };
    };
    begin_login_elsewhere: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                provider: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Authorization"];
                };
            };
            /** @description The same for a browser that opens this as a page: it is sent on. */
            303: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description What is wrong, as problem+json. */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ProblemDocument"];
                };
            };
        };
    };
    log_in_elsewhere: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                provider: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["ProvidersAnswer"];
            };
        };
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["LoginAnswer"];
                };
            };
            /** @description What is wrong, as problem+json. */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ProblemDocument"];
                };
            };
        };
    };
    begin_linking: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                provider: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Authorization"];
                };
            };
            /** @description What is wrong, as problem+json. */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ProblemDocument"];
                };
            };
        };
    };
    link_identity: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                provider: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["ProvidersAnswer"];
            };
        };
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Page_LinkedIdentity_"];
                };
            };
            /** @description What is wrong, as problem+json. */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ProblemDocument"];
                };
            };
        };
    };
    list_identities: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Page_LinkedIdentity_"];
                };
            };
            /** @description What is wrong, as problem+json. */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ProblemDocument"];
                };
            };
        };
    };
    unlink_identity: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                identity_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description What is wrong, as problem+json. */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ProblemDocument"];
                };
            };
        };
    };
    register: {
        parameters: {
            query?: never;
            header?: {
                /** @description Makes the call safe to send again: the same key and body get the first answer. */
                "Idempotency-Key"?: string | null;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["Registration"];
            };
        };
        responses: {
            /** @description Successful Response */
            202: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["RegistrationAccepted"];
                };
            };
            /** @description What is wrong, as problem+json. */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ProblemDocument"];
                };
            };
        };
    };
    choose_roles: {
        parameters: {
            query?: never;
            header?: {
                /** @description Makes the call safe to send again: the same key and body get the first answer. */
                "Idempotency-Key"?: string | null;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["RoleChoice"];
            };
        };
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["UserAccount"];
                };
            };
            /** @description What is wrong, as problem+json. */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ProblemDocument"];
                };
            };
        };
    };
    apply_as_provider: {
        parameters: {
            query?: never;
            header?: {
                /** @description Makes the call safe to send again: the same key and body get the first answer. */
                "Idempotency-Key"?: string | null;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["ProviderApplication"];
            };
        };
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["UserAccount"];
                };
            };
            /** @description What is wrong, as problem+json. */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ProblemDocument"];
                };
            };
        };
    };
    read_me: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["UserAccount"];
                };
            };
            /** @description What is wrong, as problem+json. */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ProblemDocument"];
                };
            };
        };
    };
    close_account: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: {
            content: {
                "application/json": components["schemas"]["AccountClosing"] | null;
            };
        };
        responses: {
            /** @description Successful Response */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description What is wrong, as problem+json. */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ProblemDocument"];
                };
            };
        };
    };
    update_me: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["ProfileChange"];
            };
        };
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["UserAccount"];
                };
            };
            /** @description What is wrong, as problem+json. */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ProblemDocument"];
                };
            };
        };
    };
    export_account: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["AccountExport"];
                };
            };
            /** @description What is wrong, as problem+json. */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ProblemDocument"];
                };
            };
        };
    };
    forgot_password: {
        parameters: {
            query?: never;
            header?: {
                /** @description Makes the call safe to send again: the same key and body get the first answer. */
                "Idempotency-Key"?: string | null;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["ForgottenPassword"];
            };
        };
        responses: {
            /** @description Successful Response */
            202: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ResetAccepted"];
                };
            };
            /** @description What is wrong, as problem+json. */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ProblemDocument"];
                };
            };
        };
    };
    reset_password: {
        parameters: {
            query?: never;
            header?: {
                /** @description Makes the call safe to send again: the same key and body get the first answer. */
                "Idempotency-Key"?: string | null;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["PasswordReset"];
            };
        };
        responses: {
            /** @description Successful Response */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description What is wrong, as problem+json. */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ProblemDocument"];
                };
            };
        };
    };
    change_password: {
        parameters: {
            query?: never;
            header?: {
                /** @description Makes the call safe to send again: the same key and body get the first answer. */
                "Idempotency-Key"?: string | null;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["PasswordChange"];
            };
        };
        responses: {
            /** @description Successful Response */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description What is wrong, as problem+json. */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ProblemDocument"];
                };
            };
        };
    };
    change_email: {
        parameters: {
            query?: never;
            header?: {
                /** @description Makes the call safe to send again: the same key and body get the first answer. */
                "Idempotency-Key"?: string | null;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["EmailChange"];
            };
        };
        responses: {
            /** @description Successful Response */
            202: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["EmailChangeAccepted"];
                };
            };
            /** @description What is wrong, as problem+json. */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ProblemDocument"];
                };
            };
        };
    };
    confirm_email: {
        parameters: {
            query?: never;
            header?: {
                /** @description Makes the call safe to send again: the same key and body get the first answer. */
                "Idempotency-Key"?: string | null;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["EmailConfirmation"];
            };
        };
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["EmailChanged"];
                };
            };
            /** @description What is wrong, as problem+json. */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ProblemDocument"];
                };
            };
        };
    };
    read_guest_account: {
        parameters: {
            query?: never;
            header: {
                /** @description The secret from the guest's mail link. */
                "Booking-Key": string;
            };
            path: {
                booking_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["GuestAccount"];
                };
            };
            /** @description What is wrong, as problem+json. */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ProblemDocument"];
                };
            };
        };
    };
    complete_guest_account: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["GuestCompletion"];
            };
        };
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["LoginAnswer"];
                };
            };
            /** @description What is wrong, as problem+json. */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ProblemDocument"];
                };
            };
        };
    };
    logout: {
        parameters: {
            query?: never;
            header?: {
                /** @description Makes the call safe to send again: the same key and body get the first answer. */
                "Idempotency-Key"?: string | null;
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description What is wrong, as problem+json. */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ProblemDocument"];
                };
            };
        };
    };
    logout_all: {
        parameters: {
            query?: never;
            header?: {
                /** @description Makes the call safe to send again: the same key and body get the first answer. */
                "Idempotency-Key"?: string | null;
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description What is wrong, as problem+json. */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ProblemDocument"];
                };
            };
        };
    };
    list_sessions: {
        parameters: {
            query?: {
                /** @description How many items at most. */
                limit?: number;
                /** @description The `next_cursor` of the page before. */
                cursor?: string | null;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Page_DeviceSession_"];
                };
            };
            /** @description What is wrong, as problem+json. */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ProblemDocument"];
                };
            };
        };
    };
    end_session: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                session_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description What is wrong, as problem+json. */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ProblemDocument"];
                };
            };
        };
    };
    suspend_user: {
        parameters: {
            query?: never;
            header?: {
                /** @description Makes the call safe to send again: the same key and body get the first answer. */
                "Idempotency-Key"?: string | null;
            };
            path: {
                user_id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["Barring"];
            };
        };
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["AdminUserAccount"];
                };
            };
            /** @description What is wrong, as problem+json. */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ProblemDocument"];
                };
            };
        };
    };
    reinstate_user: {
        parameters: {
            query?: never;
            header?: {
                /** @description Makes the call safe to send again: the same key and body get the first answer. */
                "Idempotency-Key"?: string | null;
            };
            path: {
                user_id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["Barring"];
            };
        };
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["AdminUserAccount"];
                };
            };
            /** @description What is wrong, as problem+json. */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ProblemDocument"];
                };
            };
        };
    };
    approve_provider: {
        parameters: {
            query?: never;
            header?: {
                /** @description Makes the call safe to send again: the same key and body get the first answer. */
                "Idempotency-Key"?: string | null;
            };
            path: {
                user_id: string;
            };
            cookie?: never;
        };
        requestBody?: {
            content: {
                "application/json": components["schemas"]["Approval"] | null;
            };
        };
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["AdminUserAccount"];
                };
            };
            /** @description What is wrong, as problem+json. */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ProblemDocument"];
                };
            };
        };
    };
    reject_provider: {
        parameters: {
            query?: never;
            header?: {
                /** @description Makes the call safe to send again: the same key and body get the first answer. */
                "Idempotency-Key"?: string | null;
            };
            path: {
                user_id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["Rejection"];
            };
        };
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["AdminUserAccount"];
                };
            };
            /** @description What is wrong, as problem+json. */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ProblemDocument"];
                };
            };
        };
    };
    list_users: {
        parameters: {
            query?: {
                provider_status?: ("not_applied" | "pending" | "approved" | "rejected") | null;
                /** @description How the address begins, or words of the names, or how they begin. */
                q?: string | null;
                /** @description Words of the name or the trading name, or how they begin. */
                name?: string | null;
                status?: ("active" | "unverified" | "suspended") | null;
                sort?: "newest" | "longest_waiting";
                /** @description How many items at most. */
                limit?: number;
                /** @description The `next_cursor` of the page before. */
                cursor?: string | null;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Page_AdminUserAccount_"];
                };
            };
            /** @description What is wrong, as problem+json. */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ProblemDocument"];
                };
            };
        };
    };
    read_user: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                user_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["AdminUserAccount"];
                };
            };
            /** @description What is wrong, as problem+json. */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ProblemDocument"];
                };
            };
        };
    };
    list_security_events: {
        parameters: {
            query?: {
                /** @description How many items at most. */
                limit?: number;
                /** @description The `next_cursor` of the page before. */
                cursor?: string | null;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Page_OwnSecurityEvent_"];
                };
            };
            /** @description What is wrong, as problem+json. */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ProblemDocument"];
                };
            };
        };
    };
    list_admin_actions: {
        parameters: {
            query?: {
                /** @description Only what was done to this account. */
                user_id?: string | null;
                /** @description How many items at most. */
                limit?: number;
                /** @description The `next_cursor` of the page before. */
                cursor?: string | null;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Page_AdminAction_"];
                };
            };
            /** @description What is wrong, as problem+json. */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ProblemDocument"];
                };
            };
        };
    };
}

/* Made by npm run generate from services/bookings/openapi.json. */

export interface paths {
    "/bookings/admin/parked-events": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Events that no try could handle, left where they are */
        get: operations["list_parked_events_of_bookings"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/bookings/admin/parked-events/{decision}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Put parked events back into the queue, or throw them away */
        post: operations["decide_parked_events_of_bookings"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/bookings/availability": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * The bookable slots of a service, 35 days at most; by default those of the coming week
         * @description An answer ends with the day on which it has 1,000 slots, and says in `next_from` where to go on. A service that is
         *     not on offer, or whose provider is suspended, is not found.
         */
        get: operations["list_available_slots"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/bookings/schedule": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The caller's weekly plan, exceptions, buffers, notice, horizon and limit per day */
        get: operations["get_schedule"];
        /**
         * Replace the caller's plan
         * @description Bookings that exist stay as they are.
         */
        put: operations["put_schedule"];
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/bookings/policy": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The caller's terms: cancellation, time to answer, instant booking */
        get: operations["get_own_policy"];
        /**
         * Set the caller's terms for bookings from now on
         * @description Bookings that exist keep the terms they were made under.
         */
        put: operations["put_own_policy"];
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/bookings/policies/{provider_id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The terms under which a provider is booked today */
        get: operations["get_policy_of_provider"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/bookings/guest": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Hold a time for half an hour, until its mail link is followed
         * @description The link is the only key to the booking.
         */
        post: operations["create_guest_booking"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/bookings/mail-link": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * What the link of a mail would do, and to which booking
         * @description It changes nothing.
         */
        get: operations["look_at_mail_link"];
        put?: never;
        /**
         * Do what the link of a mail is for
         * @description Once: it moves the booking on, and the link is good for no other version.
         */
        post: operations["take_mail_link"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/bookings/feed": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Whether the caller has a calendar feed, and since when
         * @description Its address cannot be shown again.
         */
        get: operations["get_calendar_feed"];
        put?: never;
        /**
         * Make a secret address for the caller's calendar feed
         * @description It is shown this once; one made before ends.
         */
        post: operations["renew_calendar_feed"];
        /** End the caller's calendar feed, if there is one */
        delete: operations["end_calendar_feed"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/bookings/feed.ics": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * The bookings of whoever made the address, from 30 days ago on
         * @description The address is all it takes.
         */
        get: operations["read_calendar_feed"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/bookings/{booking_id}/calendar.ics": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** A booking as a calendar file */
        get: operations["get_booking_calendar"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/bookings/admin/metrics": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * How the bookings that were made in a period have gone so far
         * @description Days begin and end in UTC.
         */
        get: operations["get_booking_metrics"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/bookings/export": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** What bookings holds about the caller */
        get: operations["export_bookings"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/bookings/state-machine": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The lifecycle table as data, or as a Mermaid diagram with `?format=mermaid` */
        get: operations["get_state_machine"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/bookings": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The caller's bookings; for an administrator with `role=admin`, everybody's */
        get: operations["list_bookings"];
        put?: never;
        /**
         * Book a time
         * @description It is the caller's from now on, and no one else's.
         */
        post: operations["create_booking"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/bookings/{booking_id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** A booking with what the caller may do, what happens next by itself, and its whole history */
        get: operations["get_booking"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/bookings/{booking_id}/actions": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** What the caller may do with the booking now */
        get: operations["list_booking_actions"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/bookings/{booking_id}/actions/{action_name}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Take one of the available actions
         * @description One that is not possible now is a 409 that says why.
         */
        post: operations["take_booking_action"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/bookings/{booking_id}/history/verify": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Whether the audit history of the booking is as it was written, entry by entry, and leads to where it is */
        get: operations["verify_booking_history"];
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
        /**
         * ActionName
         * @enum {string}
         */
        ActionName: "verify_guest" | "accept" | "decline" | "withdraw" | "change_time" | "cancel" | "propose_reschedule" | "accept_reschedule" | "decline_reschedule" | "withdraw_reschedule" | "start" | "complete" | "unable_to_complete" | "confirm_completion" | "report_no_show" | "retract_no_show" | "contest_no_show" | "open_dispute" | "respond_to_dispute" | "withdraw_dispute" | "resolve_completed" | "resolve_cancelled" | "resolve_failed" | "expire_verification" | "expire_request" | "expire_reschedule" | "auto_confirm" | "auto_complete" | "finalise_no_show";
        /**
         * ActionRequest
         * @description Everything is optional, but for what the action itself needs. What an action does not take is refused.
         */
        ActionRequest: {
            /**
             * Version
             * @description The version that the caller looked at: if the booking has moved on, nothing happens.
             */
            version?: number | null;
            /**
             * Reason
             * @description For people to read. Some actions need one: `requires_reason`.
             */
            reason?: string | null;
            /**
             * Starts At
             * @description The new time, for `change_time` and `propose_reschedule`.
             */
            starts_at?: string | null;
            /**
             * Proposal Version
             * @description The `version` of the proposal that the caller saw. `accept_reschedule` needs it; the other answers to a proposal take it.
             */
            proposal_version?: number | null;
        };
        /**
         * Actor
         * @enum {string}
         */
        Actor: "customer" | "provider" | "admin" | "system" | "guest";
        /**
         * Answers
         * @description How requests ended. A request that the customer withdrew counts neither for nor against the provider.
         */
        Answers: {
            /** Accepted */
            accepted: number;
            /** Declined */
            declined: number;
            /** Lapsed */
            lapsed: number;
            /** Withdrawn */
            withdrawn: number;
            /** Acceptance Rate */
            acceptance_rate: number | null;
        };
        /** Availability */
        Availability: {
            /** Timezone */
            timezone: string;
            /** Items */
            items: components["schemas"]["Span"][];
            /**
             * In Service Area
             * @default true
             */
            in_service_area: boolean;
            /**
             * Instant Book
             * @description Whether booking one of them is confirmed at once: where the service offers that and its provider's terms allow it; of a service with a `service_radius_km` only for a place that is told. Otherwise, and where a booking is moved, somebody has to agree.
             * @default false
             */
            instant_book: boolean;
            /**
             * Next From
             * @description There are more slots than one answer holds, which ends with a whole day: ask again with this as `from`. Null where these are all.
             */
            next_from?: string | null;
        };
        /** BookedService */
        BookedService: {
            /** Id */
            id: string;
            /** Title */
            title: string;
        };
        /** BookingAction */
        BookingAction: {
            /** Action Name */
            action_name: string;
            /** Button Label */
            button_label: string;
            /** Note */
            note: string;
            /** Is Critical */
            is_critical: boolean;
            /** Enabled */
            enabled: boolean;
            /** Disabled Reason */
            disabled_reason: string | null;
            /** Requires Reason */
            requires_reason: boolean;
            /**
             * Requires Time
             * @description The payload must carry `starts_at`: one of the times that `/bookings/availability?booking_id=` lists.
             */
            requires_time: boolean;
            /**
             * About Proposal
             * @description The payload carries as `proposal_version` the `proposal.version` of the booking that the caller saw, so that they
             *     answer that proposal and no later one. `accept_reschedule` needs it.
             */
            about_proposal: boolean;
            /** Available Until */
            available_until: string | null;
            consequence: components["schemas"]["Consequence"] | null;
        };
        /** BookingActions */
        BookingActions: {
            /** Items */
            items: components["schemas"]["BookingAction"][];
            status: components["schemas"]["Status"];
            /** Version */
            version: number;
        };
        /** BookingDetail */
        BookingDetail: {
            /** Id */
            id: string;
            status: components["schemas"]["Status"];
            /** Version */
            version: number;
            customer: components["schemas"]["Party"];
            provider: components["schemas"]["Party"];
            service: components["schemas"]["BookedService"];
            price: components["schemas"]["Money"];
            /**
             * Starts At
             * Format: date-time
             */
            starts_at: string;
            /**
             * Ends At
             * Format: date-time
             */
            ends_at: string;
            /** Timezone */
            timezone: string;
            /**
             * Created At
             * Format: date-time
             */
            created_at: string;
            /**
             * Updated At
             * Format: date-time
             */
            updated_at: string;
            next_automatic: components["schemas"]["NextAutomatic"] | null;
            proposal: components["schemas"]["Proposal"] | null;
            cancellation: components["schemas"]["Cancellation"] | null;
            /** Roles */
            roles: components["schemas"]["Actor"][];
            /** Note */
            note: string | null;
            /** Address */
            address: string | null;
            location: components["schemas"]["Place"] | null;
            service_location: components["schemas"]["WorkPlace"] | null;
            guest: components["schemas"]["GuestDetails"] | null;
            policy: components["schemas"]["Policy"];
            no_show: components["schemas"]["NoShow"] | null;
            /** Available Actions */
            available_actions: components["schemas"]["BookingAction"][];
            /** History */
            history: components["schemas"]["HistoryEntry"][];
        };
        /** BookingRequest */
        BookingRequest: {
            /** Service Id */
            service_id: string;
            /**
             * Starts At
             * Format: date-time
             */
            starts_at: string;
            /** Note */
            note?: string | null;
            /** Address */
            address?: string | null;
            location?: components["schemas"]["Where"] | null;
            /** @description What was shown: where it has changed since, nothing is booked, and a 409 with the code `offer_changed` says in `changed` and `offer` what is different now. */
            expected?: components["schemas"]["Expected"] | null;
        };
        /** BookingSummary */
        BookingSummary: {
            /** Id */
            id: string;
            status: components["schemas"]["Status"];
            /** Version */
            version: number;
            customer: components["schemas"]["Party"];
            provider: components["schemas"]["Party"];
            service: components["schemas"]["BookedService"];
            price: components["schemas"]["Money"];
            /**
             * Starts At
             * Format: date-time
             */
            starts_at: string;
            /**
             * Ends At
             * Format: date-time
             */
            ends_at: string;
            /** Timezone */
            timezone: string;
            /**
             * Created At
             * Format: date-time
             */
            created_at: string;
            /**
             * Updated At
             * Format: date-time
             */
            updated_at: string;
            next_automatic: components["schemas"]["NextAutomatic"] | null;
            proposal: components["schemas"]["Proposal"] | null;
            cancellation: components["schemas"]["Cancellation"] | null;
        };
        /**
         * BookingsExport
         * @description What bookings holds about somebody.
         */
        BookingsExport: {
            /** Bookings */
            bookings: components["schemas"]["BookingDetail"][];
            /** Complete */
            complete: boolean;
            schedule: components["schemas"]["Schedule"] | null;
            policy: components["schemas"]["ProviderPolicy"] | null;
        };
        /**
         * Cancellation
         * @description What a cancellation has cost the customer, under the policy as it was agreed.
         */
        Cancellation: {
            /** Refund Percent */
            refund_percent: number;
            fee: components["schemas"]["Money"];
        };
        /**
         * CancellationTier
         * @description Cancelled at least so long before the start, the customer gets so much back.
         */
        CancellationTier: {
            /** Hours Before */
            hours_before: number;
            /** Refund Percent */
            refund_percent: number;
        };
        /**
         * Consequence
         * @description What an action costs the customer under the policy that the booking carries.
         */
        Consequence: {
            /** Refund Percent */
            refund_percent: number;
            fee: components["schemas"]["Money"];
            /** Summary */
            summary: string;
        };
        /**
         * DateException
         * @description Another plan for one date; no windows at all is a day off.
         */
        DateException: {
            /**
             * Date
             * Format: date
             */
            date: string;
            /**
             * Windows
             * @default []
             */
            windows: components["schemas"]["Window"][];
        };
        /** DayCount */
        DayCount: {
            /**
             * Day
             * Format: date
             */
            day: string;
            /** Total */
            total: number;
            /** By Status */
            by_status: {
                [key: string]: number;
            };
        };
        /** Decided */
        Decided: {
            /** Count */
            count: number;
        };
        /**
         * Expected
         * @description What whoever books was shown. Only what is said here is compared.
         */
        Expected: {
            price?: components["schemas"]["ExpectedPrice"] | null;
            /** Duration Minutes */
            duration_minutes?: number | null;
            /**
             * Instant Book
             * @description Whether it is confirmed at once, as `/bookings/availability` says it.
             */
            instant_book?: boolean | null;
            /**
             * Policy Version
             * @description The `version` of the terms at `/bookings/policies/{provider_id}`.
             */
            policy_version?: number | null;
        };
        /** ExpectedPrice */
        ExpectedPrice: {
            /** Amount */
            amount: number;
            /** Currency */
            currency: string;
        };
        /**
         * Feed
         * @description Whether a user has a calendar feed. Its address is told once, when it is made.
         */
        Feed: {
            /** Active */
            active: boolean;
            /** Created At */
            created_at: string | null;
        };
        /** FeedAddress */
        FeedAddress: {
            /** Url */
            url: string;
        };
        /** FieldError */
        FieldError: {
            /** Field */
            field: string;
            /** Message */
            message: string;
        };
        /**
         * GuestBookingRequest
         * @description A request of somebody without an account. A mail asks them to confirm it within half an hour.
         */
        GuestBookingRequest: {
            /** Service Id */
            service_id: string;
            /**
             * Starts At
             * Format: date-time
             */
            starts_at: string;
            /** Note */
            note?: string | null;
            /** Address */
            address?: string | null;
            location?: components["schemas"]["Where"] | null;
            /** @description What was shown: where it has changed since, nothing is booked, and a 409 with the code `offer_changed` says in `changed` and `offer` what is different now. */
            expected?: components["schemas"]["Expected"] | null;
            /**
             * Email
             * Format: email
             */
            email: string;
            /** Full Name */
            full_name: string;
            /** Phone Number */
            phone_number: string;
        };
        /**
         * GuestDetails
         * @description How the provider reaches somebody who booked without an account.
         */
        GuestDetails: {
            /** Email */
            email: string;
            /** Phone Number */
            phone_number: string;
        };
        /**
         * HeldBooking
         * @description A guest's booking before its mail link was followed: as much as anybody may know who is not known yet.
         */
        HeldBooking: {
            /** Id */
            id: string;
            status: components["schemas"]["Status"];
            /**
             * Starts At
             * Format: date-time
             */
            starts_at: string;
            /**
             * Ends At
             * Format: date-time
             */
            ends_at: string;
            /** Timezone */
            timezone: string;
            /**
             * Verify By
             * Format: date-time
             */
            verify_by: string;
        };
        /**
         * HistoryCheck
         * @description Whether the audit history is as it was written: each entry's hash covers it and the entry before, and the last is
         *     where the booking is.
         */
        HistoryCheck: {
            /** Intact */
            intact: boolean;
            /** Entries */
            entries: number;
            /** Broken At */
            broken_at: number | null;
            /** Head */
            head: string;
        };
        /**
         * HistoryEntry
         * @description A line of the audit history: appended with the change that it tells, never altered.
         */
        HistoryEntry: {
            /** Action */
            action: string;
            actor: components["schemas"]["Actor"];
            /** Actor Id */
            actor_id: string | null;
            /**
             * At
             * Format: date-time
             */
            at: string;
            /** Note */
            note: string;
            /** Reason */
            reason: string | null;
            from_status: components["schemas"]["Status"] | null;
            to_status: components["schemas"]["Status"];
            /** Version */
            version: number;
            /**
             * Previous Hash
             * @default 0000000000000000000000000000000000000000000000000000000000000000
             */
            previous_hash: string;
            /**
             * Hash
             * @default
             */
            hash: string;
        };
        /** Instant */
        Instant: {
            /** Count */
            count: number;
            /** Share */
            share: number | null;
        };
        /**
         * MailLinkOffer
         * @description What the link of a mail would do; of the booking no more than the mail says.
         */
        MailLinkOffer: {
            action: components["schemas"]["BookingAction"];
            /**
             * Role
             * @enum {string}
             */
            role: "customer" | "provider";
            status: components["schemas"]["Status"];
            service: components["schemas"]["BookedService"];
            /** Provider Name */
            provider_name: string;
            /** Customer Name */
            customer_name: string | null;
            price: components["schemas"]["Money"];
            /**
             * Starts At
             * Format: date-time
             */
            starts_at: string;
            /**
             * Ends At
             * Format: date-time
             */
            ends_at: string;
            /** Proposed Starts At */
            proposed_starts_at: string | null;
            /** Timezone */
            timezone: string;
        };
        /** MailLinkOutcome */
        MailLinkOutcome: {
            /** Action Name */
            action_name: string;
            status: components["schemas"]["Status"];
        };
        /** MailLinkRequest */
        MailLinkRequest: {
            /**
             * Reason
             * @description For people to read. Some actions need one: `requires_reason`.
             */
            reason?: string | null;
        };
        /**
         * Metrics
         * @description Of the bookings that were made in the period, as they stand now.
         */
        Metrics: {
            /**
             * From
             * Format: date-time
             */
            from: string;
            /**
             * To
             * Format: date-time
             */
            to: string;
            /**
             * Timezone
             * @default UTC
             */
            timezone: string;
            /** Total */
            total: number;
            /** By Status */
            by_status: {
                [key: string]: number;
            };
            /** By Day */
            by_day: components["schemas"]["DayCount"][];
            answers: components["schemas"]["Answers"];
            response_minutes: components["schemas"]["Spread"];
            lead_hours: components["schemas"]["Spread"];
            instant: components["schemas"]["Instant"];
            /** No Shows */
            no_shows: number;
        };
        /** Money */
        Money: {
            /** Amount */
            amount: number;
            /** Currency */
            currency: string;
        };
        /** NextAutomatic */
        NextAutomatic: {
            /** Action Name */
            action_name: string;
            /**
             * At
             * Format: date-time
             */
            at: string;
        };
        /** NoShow */
        NoShow: {
            reporter: components["schemas"]["Actor"];
            /**
             * Reported At
             * Format: date-time
             */
            reported_at: string;
        };
        /** Page[BookingSummary] */
        Page_BookingSummary_: {
            /** Items */
            items: components["schemas"]["BookingSummary"][];
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
        /** Party */
        Party: {
            /** Id */
            id: string;
            /** Name */
            name: string | null;
        };
        /** Place */
        Place: {
            /** Lat */
            lat: number;
            /** Lng */
            lng: number;
        };
        /**
         * Policy
         * @description What was agreed when a booking was made. Later edits do not reach it.
         */
        Policy: {
            /**
             * Cancellation
             * @default [
             *       {
             *         "hours_before": 24,
             *         "refund_percent": 100
             *       },
             *       {
             *         "hours_before": 2,
             *         "refund_percent": 50
             *       },
             *       {
             *         "hours_before": 0,
             *         "refund_percent": 0
             *       }
             *     ]
             */
            cancellation: components["schemas"]["CancellationTier"][];
            /**
             * Response Hours
             * @default 24
             */
            response_hours: number;
            /**
             * Instant Booking
             * @default true
             */
            instant_booking: boolean;
            /**
             * Version
             * @default 1
             */
            version: number;
            /**
             * Minimum Notice Minutes
             * @default 0
             */
            minimum_notice_minutes: number;
        };
        /**
         * PolicyBounds
         * @description Within what every provider has to stay.
         */
        PolicyBounds: {
            /**
             * Most Tiers
             * @default 5
             */
            most_tiers: number;
            /**
             * Full Refund From Hours
             * @default 336
             */
            full_refund_from_hours: number;
            /**
             * Least Response Hours
             * @default 1
             */
            least_response_hours: number;
            /**
             * Most Response Hours
             * @default 72
             */
            most_response_hours: number;
        };
        /**
         * PolicyChoice
         * @description A provider's terms, for bookings from now on. What `GET` answers can be sent back as it is.
         */
        PolicyChoice: {
            /** Cancellation */
            cancellation: components["schemas"]["TierChoice"][];
            /**
             * Response Hours
             * @default 24
             */
            response_hours: number;
            /**
             * Instant Booking
             * @default true
             */
            instant_booking: boolean;
            /** Version */
            version?: number | null;
            /** @description As `GET` says them; nothing is made of it. */
            bounds?: components["schemas"]["PolicyBounds"] | null;
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
         * Proposal
         * @description Another time that one side has offered. Both times are held until it is answered.
         */
        Proposal: {
            by: components["schemas"]["Actor"];
            /**
             * Starts At
             * Format: date-time
             */
            starts_at: string;
            /**
             * Ends At
             * Format: date-time
             */
            ends_at: string;
            /**
             * Proposed At
             * Format: date-time
             */
            proposed_at: string;
            /**
             * Version
             * @description The booking's version that came with it. Whoever answers it names it as `proposal_version`.
             */
            version: number;
        };
        /**
         * ProviderPolicy
         * @description The terms in force.
         */
        ProviderPolicy: {
            /**
             * Cancellation
             * @default [
             *       {
             *         "hours_before": 24,
             *         "refund_percent": 100
             *       },
             *       {
             *         "hours_before": 2,
             *         "refund_percent": 50
             *       },
             *       {
             *         "hours_before": 0,
             *         "refund_percent": 0
             *       }
             *     ]
             */
            cancellation: components["schemas"]["CancellationTier"][];
            /**
             * Response Hours
             * @default 24
             */
            response_hours: number;
            /**
             * Instant Booking
             * @default true
             */
            instant_booking: boolean;
            /** Version */
            version: number;
            /**
             * @default {
             *       "most_tiers": 5,
             *       "full_refund_from_hours": 336,
             *       "least_response_hours": 1,
             *       "most_response_hours": 72
             *     }
             */
            bounds: components["schemas"]["PolicyBounds"];
        };
        /**
         * Schedule
         * @description A provider's plan, as it is kept.
         */
        Schedule: {
            /** Timezone */
            timezone: string;
            weekly: components["schemas"]["WeeklyPlan"];
            /**
             * Exceptions
             * @default []
             */
            exceptions: components["schemas"]["DateException"][];
            /**
             * Buffer Before Minutes
             * @default 0
             */
            buffer_before_minutes: number;
            /**
             * Buffer After Minutes
             * @default 0
             */
            buffer_after_minutes: number;
            /**
             * Minimum Notice Minutes
             * @default 120
             */
            minimum_notice_minutes: number;
            /**
             * Horizon Days
             * @default 60
             */
            horizon_days: number;
            /**
             * Slot Interval Minutes
             * @default 30
             */
            slot_interval_minutes: number;
            /** Max Bookings Per Day */
            max_bookings_per_day?: number | null;
            /** Is Default */
            is_default: boolean;
            /** Version */
            version: number;
        };
        /**
         * ScheduleChoice
         * @description A provider's plan. What `GET` answers can be sent back as it is: what only it says is not taken over.
         */
        ScheduleChoice: {
            /** Timezone */
            timezone: string;
            weekly: components["schemas"]["WeeklyPlan"];
            /**
             * Exceptions
             * @default []
             */
            exceptions: components["schemas"]["DateException"][];
            /**
             * Buffer Before Minutes
             * @default 0
             */
            buffer_before_minutes: number;
            /**
             * Buffer After Minutes
             * @default 0
             */
            buffer_after_minutes: number;
            /**
             * Minimum Notice Minutes
             * @default 120
             */
            minimum_notice_minutes: number;
            /**
             * Horizon Days
             * @default 60
             */
            horizon_days: number;
            /**
             * Slot Interval Minutes
             * @default 30
             */
            slot_interval_minutes: number;
            /** Max Bookings Per Day */
            max_bookings_per_day?: number | null;
            /**
             * Version
             * @description The version that the caller looked at: if the schedule has moved on, nothing happens.
             */
            version?: number | null;
            /**
             * Is Default
             * @description As `GET` says it; nothing is made of it.
             */
            is_default?: boolean | null;
        };
        /**
         * Span
         * @description From `starts_at` (included) to `ends_at` (not included).
         */
        Span: {
            /**
             * Starts At
             * Format: date-time
             */
            starts_at: string;
            /**
             * Ends At
             * Format: date-time
             */
            ends_at: string;
        };
        /**
         * Spread
         * @description The median: half of the values are not above it. The other: nine of ten are not.
         */
        Spread: {
            /** Count */
            count: number;
            /** Median */
            median: number | null;
            /** P90 */
            p90: number | null;
        };
        /** StateMachine */
        StateMachine: {
            /** Statuses */
            statuses: components["schemas"]["Status"][];
            /** Final Statuses */
            final_statuses: components["schemas"]["Status"][];
            /** Transitions */
            transitions: components["schemas"]["TransitionRow"][];
        };
        /**
         * Status
         * @enum {string}
         */
        Status: "awaiting_verification" | "pending" | "confirmed" | "in_progress" | "awaiting_confirmation" | "completed" | "no_show_reported" | "disputed" | "declined" | "cancelled" | "expired" | "failed" | "no_show";
        /** TierChoice */
        TierChoice: {
            /** Hours Before */
            hours_before: number;
            /** Refund Percent */
            refund_percent: number;
        };
        /** TransitionRow */
        TransitionRow: {
            /** Action Name */
            action_name: string;
            from_status: components["schemas"]["Status"] | null;
            to_status: components["schemas"]["Status"] | null;
            /** Actors */
            actors: components["schemas"]["Actor"][];
            /** Button Label */
            button_label: string;
            /** Note */
            note: string;
            /** Is Critical */
            is_critical: boolean;
            /** Event */
            event: string;
        };
        /**
         * WeeklyPlan
         * @description The windows of each weekday. A day that is left out is a day off.
         */
        WeeklyPlan: {
            /**
             * Monday
             * @default []
             */
            monday: components["schemas"]["Window"][];
            /**
             * Tuesday
             * @default []
             */
            tuesday: components["schemas"]["Window"][];
            /**
             * Wednesday
             * @default []
             */
            wednesday: components["schemas"]["Window"][];
            /**
             * Thursday
             * @default []
             */
            thursday: components["schemas"]["Window"][];
            /**
             * Friday
             * @default []
             */
            friday: components["schemas"]["Window"][];
            /**
             * Saturday
             * @default []
             */
            saturday: components["schemas"]["Window"][];
            /**
             * Sunday
             * @default []
             */
            sunday: components["schemas"]["Window"][];
        };
        /**
         * Where
         * @description The place of the work, for services that come to the customer. Without it those are never booked at once: the
         *     provider judges by the address.
         */
        Where: {
            /** Lat */
            lat: number;
            /** Lng */
            lng: number;
        };
        /** Which */
        Which: {
            /**
             * Event Id
             * @description One event; all of them where it is null.
             */
            event_id: string | null;
        };
        /**
         * Window
         * @description From `start` to `end` by the clock on the wall; `24:00` is the end of the day.
         *
         *     Work over midnight, from 22:00 to 02:00, is two windows: 22:00 to 24:00 on its day, and 00:00 to 02:00 on the next.
         *     Windows that touch are booked as one.
         */
        Window: {
            /**
             * Start
             * @example 09:00
             */
            start: string;
            /**
             * End
             * @example 09:00
             */
            end: string;
        };
        /**
         * WorkPlace
         * @description Where a provider works from, as catalog tells it to nobody but them.
         */
        WorkPlace: {
            /** Lat */
            lat: number;
            /** Lng */
            lng: number;
            /** Address */
            address: string;
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
    list_parked_events_of_bookings: {
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
    decide_parked_events_of_bookings: {
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
    list_available_slots: {
        parameters: {
            query?: {
                /** @description Needed unless there is a `booking_id`. */
                service_id?: string | null;
                /** @description Instead of `service_id`, for who may see that booking: the times that it can be moved to. */
                booking_id?: string | null;
                /** @description A moment, or a date in the provider's zone. */
                from?: string | null;
                /** @description A moment, or a date that is included whole. */
                to?: string | null;
                /** @description With `lng`: where the work would be. */
                lat?: number | null;
                lng?: number | null;
            };
            header?: {
                /** @description For a guest: the secret from the link in their mail. It opens this one booking. */
                "Booking-Key"?: string | null;
            };
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
                    "application/json": components["schemas"]["Availability"];
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
    get_schedule: {
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
                    "application/json": components["schemas"]["Schedule"];
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
    put_schedule: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["ScheduleChoice"];
            };
        };
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Schedule"];
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
    get_own_policy: {
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
                    "application/json": components["schemas"]["ProviderPolicy"];
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
    put_own_policy: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["PolicyChoice"];
            };
        };
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ProviderPolicy"];
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
    get_policy_of_provider: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                provider_id: string;
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
                    "application/json": components["schemas"]["ProviderPolicy"];
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
    create_guest_booking: {
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
                "application/json": components["schemas"]["GuestBookingRequest"];
            };
        };
        responses: {
            /** @description Successful Response */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["HeldBooking"];
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
    look_at_mail_link: {
        parameters: {
            query?: never;
            header: {
                /** @description What stands behind the `#` of the link, which no browser sends. It is good for one action, once. */
                "Mail-Link": string;
            };
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
                    "application/json": components["schemas"]["MailLinkOffer"];
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
    take_mail_link: {
        parameters: {
            query?: never;
            header: {
                /** @description What stands behind the `#` of the link, which no browser sends. It is good for one action, once. */
                "Mail-Link": string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: {
            content: {
                "application/json": components["schemas"]["MailLinkRequest"] | null;
            };
        };
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["MailLinkOutcome"];
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
    get_calendar_feed: {
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
                    "application/json": components["schemas"]["Feed"];
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
    renew_calendar_feed: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["FeedAddress"];
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
    end_calendar_feed: {
        parameters: {
            query?: never;
            header?: never;
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
    read_calendar_feed: {
        parameters: {
            query: {
                /** @description A query, because paths stand in logs. */
                key: string;
            };
            header?: {
                "If-None-Match"?: string | null;
            };
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
                    "text/calendar": string;
                };
            };
            /** @description It is as the client has it. */
            304: {
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
                    "text/calendar": components["schemas"]["ProblemDocument"];
                };
            };
        };
    };
    get_booking_calendar: {
        parameters: {
            query?: never;
            header?: {
                "If-None-Match"?: string | null;
                /** @description For a guest: the secret from the link in their mail. It opens this one booking. */
                "Booking-Key"?: string | null;
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
                    "text/calendar": string;
                };
            };
            /** @description It is as the client has it. */
            304: {
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
                    "text/calendar": components["schemas"]["ProblemDocument"];
                };
            };
        };
    };
    get_booking_metrics: {
        parameters: {
            query?: {
                /** @description A moment, or a date in UTC; by default 30 days before `to`. */
                from?: string | null;
                /** @description A moment, or a date in UTC that is included whole; by default now. At most 366 days. */
                to?: string | null;
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
                    "application/json": components["schemas"]["Metrics"];
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
    export_bookings: {
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
                    "application/json": components["schemas"]["BookingsExport"];
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
    get_state_machine: {
        parameters: {
            query?: {
                format?: string;
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
                    "application/json": components["schemas"]["StateMachine"];
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
    list_bookings: {
        parameters: {
            query?: {
                /** @description As whom; by default as customer and provider. `admin` lists everybody's bookings. */
                role?: ("customer" | "provider" | "admin") | null;
                /** @description With `role=admin`: the bookings of this user, on either side. A search by `q` needs it. */
                user_id?: string | null;
                status?: components["schemas"]["Status"][] | null;
                /** @description Work that starts then or later. A date is a day in UTC. */
                from?: string | null;
                /** @description Work that starts before then. A date, in UTC, is included whole. */
                to?: string | null;
                /** @description Words, or their beginnings, of title and names. With `role=admin` it needs a `user_id`. */
                q?: string | null;
                /** @description By default the newest request first; with `from` or `to` the earliest start. */
                sort?: ("-created_at" | "starts_at" | "-starts_at") | null;
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
                    "application/json": components["schemas"]["Page_BookingSummary_"];
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
    create_booking: {
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
                "application/json": components["schemas"]["BookingRequest"];
            };
        };
        responses: {
            /** @description Successful Response */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["BookingDetail"];
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
    get_booking: {
        parameters: {
            query?: never;
            header?: {
                /** @description For a guest: the secret from the link in their mail. It opens this one booking. */
                "Booking-Key"?: string | null;
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
                    "application/json": components["schemas"]["BookingDetail"];
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
    list_booking_actions: {
        parameters: {
            query?: never;
            header?: {
                /** @description For a guest: the secret from the link in their mail. It opens this one booking. */
                "Booking-Key"?: string | null;
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
                    "application/json": components["schemas"]["BookingActions"];
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
    take_booking_action: {
        parameters: {
            query?: never;
            header?: {
                /** @description Makes the call safe to send again: the same key and body get the first answer. */
                "Idempotency-Key"?: string | null;
                /** @description For a guest: the secret from the link in their mail. It opens this one booking. */
                "Booking-Key"?: string | null;
            };
            path: {
                booking_id: string;
                action_name: components["schemas"]["ActionName"];
            };
            cookie?: never;
        };
        requestBody?: {
            content: {
                "application/json": components["schemas"]["ActionRequest"] | null;
            };
        };
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["BookingDetail"];
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
    verify_booking_history: {
        parameters: {
            query?: never;
            header?: {
                /** @description For a guest: the secret from the link in their mail. It opens this one booking. */
                "Booking-Key"?: string | null;
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
                    "application/json": components["schemas"]["HistoryCheck"];
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

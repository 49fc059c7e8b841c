/* Made by npm run generate from services/notifications/openapi.json. */

export interface paths {
    "/notifications/admin/parked-events": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Events that no try could handle, left where they are */
        get: operations["list_parked_events_of_notifications"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/notifications/admin/parked-events/{decision}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Put parked events back into the queue, or throw them away */
        post: operations["decide_parked_events_of_notifications"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/notifications/stream": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * The caller's notifications as they come: a `notification` event for each, with the same fields as in the list
         * @description Begins with `ready`. A client that comes back with `Last-Event-ID` gets what it has missed, on whichever instance.
         *     Ends with `end`, whose `reason` is `token_expired`, `restarting` or `unavailable`; a comment every 15 seconds
         *     keeps the connection open.
         */
        get: operations["stream_notifications"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/notifications/preferences": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Which mails the caller wants, and when
         * @description Mails about the account itself always come.
         */
        get: operations["get_preferences"];
        /** Replace the caller's preferences */
        put: operations["put_preferences"];
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/notifications/unsubscribe": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Turn one kind of mail off, without a login: by the link of a mail, or by a mail program (RFC 8058) */
        post: operations["unsubscribe"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/notifications/admin/deliveries": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Mails and what has become of them, newest first; what they say is not shown */
        get: operations["list_mail_deliveries"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/notifications/admin/deliveries/{delivery_id}/resend": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Try again to send a mail that was given up */
        post: operations["resend_mail"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/notifications": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The caller's notifications, newest first, and how many of all are unread */
        get: operations["list_notifications"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/notifications/export": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** What notifications holds about the caller */
        get: operations["export_notifications"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/notifications/read-all": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Mark every notification of the caller as read */
        post: operations["read_all_notifications"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/notifications/{notification_id}/read": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Mark one notification as read; doing so again changes nothing */
        post: operations["read_notification"];
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
        /** Decided */
        Decided: {
            /** Count */
            count: number;
        };
        /** FieldError */
        FieldError: {
            /** Field */
            field: string;
            /** Message */
            message: string;
        };
        /** KnownAddress */
        KnownAddress: {
            /** Email */
            email: string | null;
            /** Full Name */
            full_name: string | null;
        };
        /**
         * MailDelivery
         * @description A mail, and what has become of it.
         */
        MailDelivery: {
            /** Id */
            id: string;
            /** User Id */
            user_id: string;
            /** To */
            to: string | null;
            /** Subject */
            subject: string;
            /** Template */
            template: string;
            /**
             * Status
             * @enum {string}
             */
            status: "queued" | "sent" | "failed" | "skipped";
            /** Attempts */
            attempts: number;
            /** Error */
            error: string | null;
            /** Doubtful */
            doubtful: boolean;
            /**
             * Created At
             * Format: date-time
             */
            created_at: string;
            /**
             * Next Attempt At
             * Format: date-time
             */
            next_attempt_at: string;
            /** Not After */
            not_after: string | null;
            /** Sent At */
            sent_at: string | null;
        };
        /** MailPreferences */
        MailPreferences: {
            /**
             * Bookings
             * @default true
             */
            bookings: boolean;
            /**
             * Reminders
             * @default true
             */
            reminders: boolean;
            /**
             * Ratings
             * @default true
             */
            ratings: boolean;
        };
        /** Notification */
        Notification: {
            /** Id */
            id: string;
            /** Kind */
            kind: string;
            /** Title */
            title: string;
            /** Body */
            body: string;
            /** Data */
            data: {
                [key: string]: string;
            };
            /** Link */
            link: string;
            /**
             * Created At
             * Format: date-time
             */
            created_at: string;
            /** Read At */
            read_at: string | null;
        };
        /** NotificationPage */
        NotificationPage: {
            /** Items */
            items: components["schemas"]["Notification"][];
            /** Next Cursor */
            next_cursor: string | null;
            /** Unread Count */
            unread_count: number;
        };
        /** NotificationPreferences */
        NotificationPreferences: {
            mail: components["schemas"]["MailPreferences"];
            quiet_hours?: components["schemas"]["QuietHours"] | null;
            /** Timezone */
            timezone?: string | null;
        };
        /**
         * NotificationsExport
         * @description What notifications holds about somebody.
         */
        NotificationsExport: {
            address: components["schemas"]["KnownAddress"] | null;
            /** Notifications */
            notifications: components["schemas"]["Notification"][];
            /** Mails */
            mails: components["schemas"]["SentMail"][];
            preferences: components["schemas"]["NotificationPreferences"];
        };
        /** Page[MailDelivery] */
        Page_MailDelivery_: {
            /** Items */
            items: components["schemas"]["MailDelivery"][];
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
         * QuietHours
         * @description When mails that can wait do. By the clock on the wall in that zone; they may go past midnight.
         */
        QuietHours: {
            /**
             * Starts
             * @example 22:00
             */
            starts: string;
            /**
             * Ends
             * @example 22:00
             */
            ends: string;
            /** Timezone */
            timezone: string;
        };
        /** ReadAll */
        ReadAll: {
            /** Marked */
            marked: number;
            /** Unread Count */
            unread_count: number;
        };
        /**
         * SentMail
         * @description That there was a mail; what it said is not kept.
         */
        SentMail: {
            /** Subject */
            subject: string;
            /**
             * Status
             * @enum {string}
             */
            status: "queued" | "sent" | "failed" | "skipped";
            /**
             * Created At
             * Format: date-time
             */
            created_at: string;
            /** Sent At */
            sent_at: string | null;
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
    list_parked_events_of_notifications: {
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
    decide_parked_events_of_notifications: {
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
    stream_notifications: {
        parameters: {
            query?: never;
            header?: {
                /** @description The id of the last event that the client has; what came after it is sent first. */
                "Last-Event-ID"?: string | null;
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
                    "text/event-stream": unknown;
                };
            };
            /** @description What is wrong, as problem+json. */
            "4XX": {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "text/event-stream": components["schemas"]["ProblemDocument"];
                };
            };
        };
    };
    get_preferences: {
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
                    "application/json": components["schemas"]["NotificationPreferences"];
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
    put_preferences: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["NotificationPreferences"];
            };
        };
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["NotificationPreferences"];
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
    unsubscribe: {
        parameters: {
            query: {
                key: string;
                kind: "bookings" | "reminders" | "ratings";
            };
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
    list_mail_deliveries: {
        parameters: {
            query?: {
                /** @description `failed`: those given up. */
                status?: "queued" | "sent" | "failed" | "skipped";
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
                    "application/json": components["schemas"]["Page_MailDelivery_"];
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
    resend_mail: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                delivery_id: string;
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
                    "application/json": components["schemas"]["MailDelivery"];
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
    list_notifications: {
        parameters: {
            query?: {
                /** @description How many items at most. */
                limit?: number;
                /** @description The `next_cursor` of the page before. */
                cursor?: string | null;
            };
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
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["NotificationPage"];
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
    export_notifications: {
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
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["NotificationsExport"];
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
    read_all_notifications: {
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
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ReadAll"];
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
    read_notification: {
        parameters: {
            query?: never;
            header?: {
                /** @description Makes the call safe to send again: the same key and body get the first answer. */
                "Idempotency-Key"?: string | null;
            };
            path: {
                notification_id: string;
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
                    "application/json": components["schemas"]["Notification"];
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

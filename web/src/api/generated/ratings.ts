/* Made by npm run generate from services/ratings/openapi.json. */

export interface paths {
    "/ratings/admin/parked-events": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Events that no try could handle, left where they are */
        get: operations["list_parked_events_of_ratings"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/ratings/admin/parked-events/{decision}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Put parked events back into the queue, or throw them away */
        post: operations["decide_parked_events_of_ratings"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/ratings/admin/reports": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Ratings with open reports, those reported last first; or those that are hidden */
        get: operations["list_reported_ratings"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/ratings/admin/{rating_id}/{decision}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Hide a rating (it leaves the lists and the summaries), restore it, or dismiss the reports about it */
        post: operations["moderate_rating"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/ratings/pending": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Completed bookings that the caller may still rate, the latest completed first */
        get: operations["list_pending_ratings"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/ratings/mine": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The caller's own ratings, newest first, also those that nobody else sees yet */
        get: operations["list_own_ratings"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/ratings/received": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** What others have said about the caller, on either side, newest first: as everybody sees it, and for which booking */
        get: operations["list_received_ratings"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/ratings/export": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** What ratings holds about the caller */
        get: operations["export_ratings"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/ratings/summary": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** All published ratings of a service, a provider or a customer, in short */
        get: operations["get_rating_summary"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/ratings/reliability": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** How often a provider or a customer has kept what was agreed, cancelled it, or did not come */
        get: operations["get_reliability"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/ratings": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Published ratings of a service, a provider or a customer, newest first */
        get: operations["list_ratings"];
        put?: never;
        /**
         * Rate the other party of a completed booking
         * @description Neither sees the other's rating before giving their own.
         */
        post: operations["create_rating"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/ratings/{rating_id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        /** Change a rating of one's own that is not published yet */
        patch: operations["edit_rating"];
        trace?: never;
    };
    "/ratings/{rating_id}/reply": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Answer in public to what was said of the caller
         * @description There is one reply, and it stays as it is.
         */
        post: operations["reply_to_rating"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/ratings/{rating_id}/report": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Tell the moderators what is wrong with a published rating; each user once */
        post: operations["report_rating"];
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
        /** AuditEntry */
        AuditEntry: {
            /** Action */
            action: ("edit" | "reply" | "hide" | "restore" | "dismiss") | string;
            /** Actor Id */
            actor_id: string;
            /**
             * At
             * Format: date-time
             */
            at: string;
            /** Reason */
            reason?: string | null;
        };
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
        /**
         * ModeratedRating
         * @description A rating as moderators see it.
         */
        ModeratedRating: {
            /** Id */
            id: string;
            /** Booking Id */
            booking_id: string;
            /** Service Id */
            service_id: string;
            /** Service Title */
            service_title: string;
            /** Provider Id */
            provider_id: string;
            /** Provider Name */
            provider_name: string;
            /**
             * Author Role
             * @enum {string}
             */
            author_role: "customer" | "provider";
            /** Stars */
            stars: number;
            /** Comment */
            comment: string | null;
            /**
             * Status
             * @enum {string}
             */
            status: "waiting" | "published" | "hidden";
            /**
             * Created At
             * Format: date-time
             */
            created_at: string;
            /** Edited At */
            edited_at?: string | null;
            /** Published At */
            published_at: string | null;
            reply?: components["schemas"]["Reply"] | null;
            /** Author Id */
            author_id: string;
            /** Author Name */
            author_name: string | null;
            /** Rated User Id */
            rated_user_id: string;
            /**
             * Open Reports
             * @default 0
             */
            open_reports: number;
            /** Reported At */
            reported_at?: string | null;
            /** Reports */
            reports: components["schemas"]["ReportSeen"][];
            /** History */
            history?: components["schemas"]["AuditEntry"][];
        };
        /** NewRating */
        NewRating: {
            /** Booking Id */
            booking_id: string;
            /** Stars */
            stars: number;
            /** Comment */
            comment?: string | null;
        };
        /** NewReply */
        NewReply: {
            /** Comment */
            comment: string;
        };
        /**
         * OwnRating
         * @description A rating as its author sees it, before and after publication.
         */
        OwnRating: {
            /** Id */
            id: string;
            /** Booking Id */
            booking_id: string;
            /** Service Id */
            service_id: string;
            /** Service Title */
            service_title: string;
            /** Provider Id */
            provider_id: string;
            /** Provider Name */
            provider_name: string;
            /**
             * Author Role
             * @enum {string}
             */
            author_role: "customer" | "provider";
            /** Stars */
            stars: number;
            /** Comment */
            comment: string | null;
            /**
             * Status
             * @enum {string}
             */
            status: "waiting" | "published" | "hidden";
            /**
             * Created At
             * Format: date-time
             */
            created_at: string;
            /** Edited At */
            edited_at?: string | null;
            /** Published At */
            published_at: string | null;
            reply?: components["schemas"]["Reply"] | null;
        };
        /** Page[ModeratedRating] */
        Page_ModeratedRating_: {
            /** Items */
            items: components["schemas"]["ModeratedRating"][];
            /** Next Cursor */
            next_cursor: string | null;
        };
        /** Page[OwnRating] */
        Page_OwnRating_: {
            /** Items */
            items: components["schemas"]["OwnRating"][];
            /** Next Cursor */
            next_cursor: string | null;
        };
        /** Page[PendingRating] */
        Page_PendingRating_: {
            /** Items */
            items: components["schemas"]["PendingRating"][];
            /** Next Cursor */
            next_cursor: string | null;
        };
        /** Page[PublishedRating] */
        Page_PublishedRating_: {
            /** Items */
            items: components["schemas"]["PublishedRating"][];
            /** Next Cursor */
            next_cursor: string | null;
        };
        /** Page[ReceivedRating] */
        Page_ReceivedRating_: {
            /** Items */
            items: components["schemas"]["ReceivedRating"][];
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
         * PendingRating
         * @description A completed booking that the caller may still rate.
         */
        PendingRating: {
            /** Booking Id */
            booking_id: string;
            /** Service Id */
            service_id: string;
            /** Service Title */
            service_title: string;
            /** Provider Id */
            provider_id: string;
            /** Provider Name */
            provider_name: string;
            /**
             * Role
             * @enum {string}
             */
            role: "customer" | "provider";
            /** Other Party Name */
            other_party_name: string | null;
            /**
             * Completed At
             * Format: date-time
             */
            completed_at: string;
            /**
             * Closes At
             * Format: date-time
             */
            closes_at: string;
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
        /** PublishedRating */
        PublishedRating: {
            /** Id */
            id: string;
            /** Stars */
            stars: number;
            /** Comment */
            comment: string | null;
            /** Author Name */
            author_name: string | null;
            /**
             * Author Role
             * @enum {string}
             */
            author_role: "customer" | "provider";
            /** Service Id */
            service_id: string;
            /** Service Title */
            service_title: string;
            /**
             * Published At
             * Format: date-time
             */
            published_at: string;
            reply?: components["schemas"]["Reply"] | null;
        };
        /**
         * RatingChange
         * @description What is left out stays as it is.
         */
        RatingChange: {
            /** Stars */
            stars?: number | null;
            /** Comment */
            comment?: string | null;
        };
        /**
         * RatingsExport
         * @description What ratings holds about somebody.
         */
        RatingsExport: {
            /** Given */
            given: components["schemas"]["OwnRating"][];
            /** Received */
            received: components["schemas"]["PublishedRating"][];
        };
        /**
         * Reasoned
         * @description Why something is reported or decided.
         */
        Reasoned: {
            /** Reason */
            reason: string;
        };
        /**
         * ReceivedRating
         * @description A published rating as whoever it is about sees it.
         */
        ReceivedRating: {
            /** Id */
            id: string;
            /** Stars */
            stars: number;
            /** Comment */
            comment: string | null;
            /** Author Name */
            author_name: string | null;
            /**
             * Author Role
             * @enum {string}
             */
            author_role: "customer" | "provider";
            /** Service Id */
            service_id: string;
            /** Service Title */
            service_title: string;
            /**
             * Published At
             * Format: date-time
             */
            published_at: string;
            reply?: components["schemas"]["Reply"] | null;
            /** Booking Id */
            booking_id: string;
        };
        /**
         * ReliabilityFigure
         * @description How somebody's agreed bookings have ended.
         */
        ReliabilityFigure: {
            /** Kept */
            kept: number;
            /** Cancelled */
            cancelled: number;
            /** No Shows */
            no_shows: number;
            /** Reliability */
            reliability: number | null;
        };
        /** Reply */
        Reply: {
            /** Comment */
            comment: string;
            /**
             * Created At
             * Format: date-time
             */
            created_at: string;
        };
        /** ReportReceipt */
        ReportReceipt: {
            /** Rating Id */
            rating_id: string;
            /** Reason */
            reason: string;
            /**
             * Created At
             * Format: date-time
             */
            created_at: string;
        };
        /** ReportSeen */
        ReportSeen: {
            /** Reporter Id */
            reporter_id: string;
            /** Reason */
            reason: string;
            /**
             * Created At
             * Format: date-time
             */
            created_at: string;
            /**
             * Status
             * @enum {string}
             */
            status: "open" | "upheld" | "dismissed";
        };
        /** Summary */
        Summary: {
            /** Average */
            average: number | null;
            /** Weighted */
            weighted: number | null;
            /** Count */
            count: number;
            /** Histogram */
            histogram: {
                [key: string]: number;
            };
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
    list_parked_events_of_ratings: {
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
    decide_parked_events_of_ratings: {
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
    list_reported_ratings: {
        parameters: {
            query?: {
                /** @description With open reports, or hidden. */
                status?: "reported" | "hidden";
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
                    "application/json": components["schemas"]["Page_ModeratedRating_"];
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
    moderate_rating: {
        parameters: {
            query?: never;
            header?: {
                /** @description Makes the call safe to send again: the same key and body get the first answer. */
                "Idempotency-Key"?: string | null;
            };
            path: {
                rating_id: string;
                decision: "hide" | "restore" | "dismiss";
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["Reasoned"];
            };
        };
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ModeratedRating"];
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
    list_pending_ratings: {
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
                    "application/json": components["schemas"]["Page_PendingRating_"];
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
    list_own_ratings: {
        parameters: {
            query?: {
                /** @description Only the one for this booking. */
                booking_id?: string | null;
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
                    "application/json": components["schemas"]["Page_OwnRating_"];
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
    list_received_ratings: {
        parameters: {
            query?: {
                /** @description Only the one for this booking. */
                booking_id?: string | null;
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
                    "application/json": components["schemas"]["Page_ReceivedRating_"];
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
    export_ratings: {
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
                    "application/json": components["schemas"]["RatingsExport"];
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
    get_rating_summary: {
        parameters: {
            query?: {
                /** @description Of this service. */
                service_id?: string | null;
                /** @description Of this provider, over all their services. */
                provider_id?: string | null;
                /** @description Of this customer, by their providers. */
                user_id?: string | null;
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
                    "application/json": components["schemas"]["Summary"];
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
    get_reliability: {
        parameters: {
            query?: {
                /** @description As a provider. */
                provider_id?: string | null;
                /** @description As a customer. */
                user_id?: string | null;
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
                    "application/json": components["schemas"]["ReliabilityFigure"];
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
    list_ratings: {
        parameters: {
            query?: {
                /** @description How many items at most. */
                limit?: number;
                /** @description The `next_cursor` of the page before. */
                cursor?: string | null;
                /** @description Of this service. */
                service_id?: string | null;
                /** @description Of this provider, over all their services. */
                provider_id?: string | null;
                /** @description Of this customer, by their providers. */
                user_id?: string | null;
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
                    "application/json": components["schemas"]["Page_PublishedRating_"];
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
    create_rating: {
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
                "application/json": components["schemas"]["NewRating"];
            };
        };
        responses: {
            /** @description Successful Response */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["OwnRating"];
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
    edit_rating: {
        parameters: {
            query?: never;
            header?: {
                /** @description Makes the call safe to send again: the same key and body get the first answer. */
                "Idempotency-Key"?: string | null;
            };
            path: {
                rating_id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["RatingChange"];
            };
        };
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["OwnRating"];
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
    reply_to_rating: {
        parameters: {
            query?: never;
            header?: {
                /** @description Makes the call safe to send again: the same key and body get the first answer. */
                "Idempotency-Key"?: string | null;
            };
            path: {
                rating_id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["NewReply"];
            };
        };
        responses: {
            /** @description Successful Response */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["PublishedRating"];
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
    report_rating: {
        parameters: {
            query?: never;
            header?: {
                /** @description Makes the call safe to send again: the same key and body get the first answer. */
                "Idempotency-Key"?: string | null;
            };
            path: {
                rating_id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["Reasoned"];
            };
        };
        responses: {
            /** @description Successful Response */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ReportReceipt"];
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

/* Made by npm run generate from services/catalog/openapi.json. */

export interface paths {
    "/catalog/admin/parked-events": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Events that no try could handle, left where they are */
        get: operations["list_parked_events_of_catalog"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/catalog/admin/parked-events/{decision}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Put parked events back into the queue, or throw them away */
        post: operations["decide_parked_events_of_catalog"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/catalog/categories": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * The tree of categories, with how many published services each has
         * @description Always one page.
         */
        get: operations["list_categories"];
        put?: never;
        /** Add a category */
        post: operations["create_category"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/catalog/admin/audit": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * What administrators did to the categories, the latest first
         * @description What they did to a service stands on the service.
         */
        get: operations["list_category_changes"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/catalog/categories/{category_id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        /** Remove a category with its subcategories, unless services use it */
        delete: operations["delete_category"];
        options?: never;
        head?: never;
        /** Rename or move a category; its id stays */
        patch: operations["update_category"];
        trace?: never;
    };
    "/catalog/categories/{category_id}/subcategories": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Add a subcategory; the answer is the category it is in */
        post: operations["create_subcategory"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/catalog/categories/{category_id}/subcategories/{subcategory_id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        /** Remove a subcategory, unless services use it */
        delete: operations["delete_subcategory"];
        options?: never;
        head?: never;
        /** Rename a subcategory; the answer is the category it is in */
        patch: operations["update_subcategory"];
        trace?: never;
    };
    "/catalog/services": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Search the published services, or with `mine` list the caller's own */
        get: operations["list_services"];
        put?: never;
        /**
         * Write a draft
         * @description Only an approved provider may.
         */
        post: operations["create_service"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/catalog/services/{service_id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * One service
         * @description What is not published is shown to its provider and administrators only.
         */
        get: operations["get_service"];
        put?: never;
        post?: never;
        /** Delete one's own draft */
        delete: operations["delete_service"];
        options?: never;
        head?: never;
        /** Change one's own service, in any status */
        patch: operations["update_service"];
        trace?: never;
    };
    "/catalog/services/{service_id}/publish": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Show one's own draft, or again an archived service, to everybody */
        post: operations["publish_service"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/catalog/services/{service_id}/archive": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Take one's own published service out of sight */
        post: operations["archive_service"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/catalog/services/{service_id}/media": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        /**
         * Put the images of one's own service in another order
         * @description The first is the one that lists and maps show.
         */
        put: operations["order_images"];
        /**
         * Ask for an address to upload a JPEG, PNG or WebP picture to
         * @description It is good for ten minutes.
         */
        post: operations["create_upload"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/catalog/services/{service_id}/media/{media_id}/complete": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Put what was uploaded on the service, behind its other images
         * @description Again, it changes nothing.
         */
        post: operations["complete_upload"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/catalog/services/{service_id}/media/{media_id}": {
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
         * Remove an image from one's own service, or give up an upload
         * @description An administrator removes an image from anybody's service, with a reason, which is kept and which its provider reads.
         */
        delete: operations["delete_image"];
        options?: never;
        head?: never;
        /** Say in words what an image shows, for those who cannot see it */
        patch: operations["describe_image"];
        trace?: never;
    };
    "/catalog/images/{image}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * An image, which never changes
         * @description Where images lie in S3, their addresses lead there instead.
         */
        get: operations["get_image"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/catalog/uploads/{upload}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        /**
         * Upload a picture to the address that was given for it
         * @description Where pictures lie in S3, that takes it instead.
         */
        put: operations["receive_upload"];
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/catalog/export": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** What catalog holds about the caller */
        get: operations["export_services"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/catalog/providers/{provider_id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** An approved provider with their published services */
        get: operations["get_provider"];
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
         * CatalogExport
         * @description What catalog holds about somebody: all that they offer or have offered, drafts included.
         */
        CatalogExport: {
            /** Trading Name */
            trading_name: string | null;
            /** Services */
            services: components["schemas"]["ServiceView"][];
        };
        /** CategoryChangeView */
        CategoryChangeView: {
            /** Id */
            id: string;
            /**
             * At
             * Format: date-time
             */
            at: string;
            /**
             * Action
             * @enum {string}
             */
            action: "create" | "edit" | "delete" | "add_subcategory" | "rename_subcategory" | "delete_subcategory";
            /** Category Id */
            category_id: string;
            /** Subcategory Id */
            subcategory_id: string | null;
            /** Details */
            details: {
                [key: string]: unknown;
            };
            /** Admin Id */
            admin_id: string;
        };
        /** CategoryPatch */
        CategoryPatch: {
            /** Name */
            name?: string;
            /** Position */
            position?: number;
        };
        /** CategoryView */
        CategoryView: {
            /** Id */
            id: string;
            /** Name */
            name: string;
            /** Position */
            position: number;
            /** Service Count */
            service_count: number;
            /** Subcategories */
            subcategories: components["schemas"]["SubcategoryView"][];
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
        /** ImageOrder */
        ImageOrder: {
            /** Media Ids */
            media_ids: string[];
        };
        /** ImagePatch */
        ImagePatch: {
            /** Alt Text */
            alt_text: string;
        };
        /** ImageSizeView */
        ImageSizeView: {
            /** Url */
            url: string;
            /** Width */
            width: number;
            /** Height */
            height: number;
        };
        /** ImageView */
        ImageView: {
            /** Id */
            id: string;
            /** Alt Text */
            alt_text: string;
            /** Width */
            width: number;
            /** Height */
            height: number;
            small: components["schemas"]["ImageSizeView"];
            medium: components["schemas"]["ImageSizeView"];
            large: components["schemas"]["ImageSizeView"];
        };
        /**
         * Location
         * @description Others see the suburb only, and a point nearby. Without a `suburb` it is read from the address.
         */
        Location: {
            /** Address */
            address: string;
            /** Suburb */
            suburb?: string | null;
            /** Lat */
            lat: number;
            /** Lng */
            lng: number;
        };
        /**
         * LocationView
         * @description `approximate` for everybody but the provider and administrators: a suburb, and a point within a kilometre. The
         *     address is told to customers whose booking is confirmed, in the booking.
         */
        LocationView: {
            /** Address */
            address: string | null;
            /** Suburb */
            suburb: string;
            /** Lat */
            lat: number;
            /** Lng */
            lng: number;
            /** Approximate */
            approximate: boolean;
        };
        /**
         * ModeratedView
         * @description What an administrator has done to a service, and why.
         */
        ModeratedView: {
            /** Action */
            action: "remove_image" | string;
            /** Image Id */
            image_id: string;
            /** Reason */
            reason: string;
            /**
             * At
             * Format: date-time
             */
            at: string;
        };
        /**
         * NewCategory
         * @description Without an `id` it is made from the name.
         */
        NewCategory: {
            /** Id */
            id?: string | null;
            /** Name */
            name: string;
            /**
             * Position
             * @default 0
             */
            position: number;
        };
        /** NewService */
        NewService: {
            /** Title */
            title: string;
            /** Description */
            description: string;
            /** Category */
            category: string;
            /** Subcategory */
            subcategory?: string | null;
            price: components["schemas"]["Price"];
            /** Duration Minutes */
            duration_minutes: number;
            /**
             * Buffer Minutes
             * @default 0
             */
            buffer_minutes: number;
            /**
             * Instant Book
             * @default false
             */
            instant_book: boolean;
            location: components["schemas"]["Location"];
            /** Service Radius Km */
            service_radius_km?: number | null;
        };
        /**
         * NewSubcategory
         * @description Without an `id` it is made from the name.
         */
        NewSubcategory: {
            /** Id */
            id?: string | null;
            /** Name */
            name: string;
        };
        /**
         * NewUpload
         * @description What will be uploaded: a picture of exactly this type and size, or it is refused.
         */
        NewUpload: {
            /**
             * Content Type
             * @enum {string}
             */
            content_type: "image/jpeg" | "image/png" | "image/webp";
            /** Size Bytes */
            size_bytes: number;
            /**
             * Alt Text
             * @default
             */
            alt_text: string;
        };
        /** Page[CategoryChangeView] */
        Page_CategoryChangeView_: {
            /** Items */
            items: components["schemas"]["CategoryChangeView"][];
            /** Next Cursor */
            next_cursor: string | null;
        };
        /** Page[CategoryView] */
        Page_CategoryView_: {
            /** Items */
            items: components["schemas"]["CategoryView"][];
            /** Next Cursor */
            next_cursor: string | null;
        };
        /** Page[ServiceView] */
        Page_ServiceView_: {
            /** Items */
            items: components["schemas"]["ServiceView"][];
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
        /** Price */
        Price: {
            /**
             * Amount
             * @description In minor units: cents.
             */
            amount: number;
            /**
             * Currency
             * @description ISO 4217.
             * @example NZD
             * @example AUD
             */
            currency: string;
        };
        /** PriceView */
        PriceView: {
            /** Amount */
            amount: number;
            /** Currency */
            currency: string;
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
         * ProviderView
         * @description A provider as everybody sees them, with up to 100 of their newest published services.
         */
        ProviderView: {
            /** Id */
            id: string;
            /** Trading Name */
            trading_name: string;
            rating: components["schemas"]["RatingView"];
            /** Services */
            services: components["schemas"]["ServiceView"][];
        };
        /** RatingView */
        RatingView: {
            /** Average */
            average: number | null;
            /** Weighted */
            weighted: number | null;
            /** Count */
            count: number;
        };
        /**
         * ServicePatch
         * @description Only what is named changes. `version`, where it is sent, must be the service's present one.
         */
        ServicePatch: {
            /** Title */
            title?: string;
            /** Description */
            description?: string;
            /** Category */
            category?: string;
            /** Subcategory */
            subcategory?: string | null;
            price?: components["schemas"]["Price"];
            /** Duration Minutes */
            duration_minutes?: number;
            /** Buffer Minutes */
            buffer_minutes?: number;
            /** Instant Book */
            instant_book?: boolean;
            location?: components["schemas"]["Location"];
            /** Service Radius Km */
            service_radius_km?: number | null;
            /** Version */
            version?: number;
        };
        /** ServiceView */
        ServiceView: {
            /** Id */
            id: string;
            /** Version */
            version: number;
            /**
             * Status
             * @enum {string}
             */
            status: "draft" | "published" | "archived";
            /** Provider Id */
            provider_id: string;
            /** Provider Name */
            provider_name: string;
            /** Title */
            title: string;
            /** Description */
            description: string;
            /** Category */
            category: string;
            /** Subcategory */
            subcategory: string | null;
            price: components["schemas"]["PriceView"];
            /** Duration Minutes */
            duration_minutes: number;
            /** Buffer Minutes */
            buffer_minutes: number;
            /**
             * Instant Book
             * @description What the service asks for. Its provider's terms have to allow it as well: `instant_book` of `/bookings/availability` says whether a booking is confirmed at once.
             */
            instant_book: boolean;
            location: components["schemas"]["LocationView"];
            /** Service Radius Km */
            service_radius_km: number | null;
            /** Images */
            images: components["schemas"]["ImageView"][];
            rating: components["schemas"]["RatingView"];
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
            /** Permissions */
            permissions: ("edit" | "publish" | "archive" | "delete")[];
            /**
             * Moderation
             * @description What administrators have done to it. Empty for all but its provider and administrators.
             * @default []
             */
            moderation: components["schemas"]["ModeratedView"][];
        };
        /** SubcategoryPatch */
        SubcategoryPatch: {
            /** Name */
            name: string;
        };
        /** SubcategoryView */
        SubcategoryView: {
            /** Id */
            id: string;
            /** Name */
            name: string;
            /** Service Count */
            service_count: number;
        };
        /**
         * UploadView
         * @description Send the file to `url` by `method` with these headers, then complete it. `url` may begin with a slash: then it
         *     is from the API's own origin on.
         */
        UploadView: {
            /** Media Id */
            media_id: string;
            /** Method */
            method: string;
            /** Url */
            url: string;
            /** Headers */
            headers: {
                [key: string]: string;
            };
            /** Size Bytes */
            size_bytes: number;
            /**
             * Expires At
             * Format: date-time
             */
            expires_at: string;
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
    list_parked_events_of_catalog: {
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
    decide_parked_events_of_catalog: {
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
    list_categories: {
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
                    "application/json": components["schemas"]["Page_CategoryView_"];
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
    create_category: {
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
                "application/json": components["schemas"]["NewCategory"];
            };
        };
        responses: {
            /** @description Successful Response */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["CategoryView"];
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
    list_category_changes: {
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
                    "application/json": components["schemas"]["Page_CategoryChangeView_"];
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
    delete_category: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                category_id: string;
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
    update_category: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                category_id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["CategoryPatch"];
            };
        };
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["CategoryView"];
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
    create_subcategory: {
        parameters: {
            query?: never;
            header?: {
                /** @description Makes the call safe to send again: the same key and body get the first answer. */
                "Idempotency-Key"?: string | null;
            };
            path: {
                category_id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["NewSubcategory"];
            };
        };
        responses: {
            /** @description Successful Response */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["CategoryView"];
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
    delete_subcategory: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                category_id: string;
                subcategory_id: string;
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
    update_subcategory: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                category_id: string;
                subcategory_id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["SubcategoryPatch"];
            };
        };
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["CategoryView"];
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
    list_services: {
        parameters: {
            query?: {
                /** @description Words of the title, description, provider or category. */
                q?: string | null;
                category?: string | null;
                subcategory?: string | null;
                provider_id?: string | null;
                /** @description In minor units. */
                min_price?: number | null;
                /** @description In minor units. */
                max_price?: number | null;
                min_rating?: number | null;
                /** @description Only the caller's own, in every status; needs a token. */
                mine?: boolean;
                sort?: ("relevance" | "newest" | "price" | "-price" | "rating") | null;
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
                    "application/json": components["schemas"]["Page_ServiceView_"];
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
    create_service: {
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
                "application/json": components["schemas"]["NewService"];
            };
        };
        responses: {
            /** @description Successful Response */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ServiceView"];
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
    get_service: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                service_id: string;
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
                    "application/json": components["schemas"]["ServiceView"];
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
    delete_service: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                service_id: string;
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
    update_service: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                service_id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["ServicePatch"];
            };
        };
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ServiceView"];
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
    publish_service: {
        parameters: {
            query?: never;
            header?: {
                /** @description Makes the call safe to send again: the same key and body get the first answer. */
                "Idempotency-Key"?: string | null;
            };
            path: {
                service_id: string;
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
                    "application/json": components["schemas"]["ServiceView"];
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
    archive_service: {
        parameters: {
            query?: never;
            header?: {
                /** @description Makes the call safe to send again: the same key and body get the first answer. */
                "Idempotency-Key"?: string | null;
            };
            path: {
                service_id: string;
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
                    "application/json": components["schemas"]["ServiceView"];
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
    order_images: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                service_id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["ImageOrder"];
            };
        };
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ServiceView"];
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
    create_upload: {
        parameters: {
            query?: never;
            header?: {
                /** @description Makes the call safe to send again: the same key and body get the first answer. */
                "Idempotency-Key"?: string | null;
            };
            path: {
                service_id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["NewUpload"];
            };
        };
        responses: {
            /** @description Successful Response */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["UploadView"];
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
    complete_upload: {
        parameters: {
            query?: never;
            header?: {
                /** @description Makes the call safe to send again: the same key and body get the first answer. */
                "Idempotency-Key"?: string | null;
            };
            path: {
                service_id: string;
                media_id: string;
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
                    "application/json": components["schemas"]["ServiceView"];
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
    delete_image: {
        parameters: {
            query?: {
                /** @description For administrators, who have to give one. */
                reason?: string | null;
            };
            header?: never;
            path: {
                service_id: string;
                media_id: string;
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
    describe_image: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                service_id: string;
                media_id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["ImagePatch"];
            };
        };
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ServiceView"];
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
    get_image: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                image: string;
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
    receive_upload: {
        parameters: {
            query: {
                content_type: string;
                size: number;
                expires: number;
                signature: string;
            };
            header?: {
                "content-type"?: string;
            };
            path: {
                upload: string;
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
    export_services: {
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
                    "application/json": components["schemas"]["CatalogExport"];
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
    get_provider: {
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
                    "application/json": components["schemas"]["ProviderView"];
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

/* Made by npm run generate from services/geo/openapi.json. */

export interface paths {
    "/geo/admin/parked-events": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Events that no try could handle, left where they are */
        get: operations["list_parked_events_of_geo"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/geo/admin/parked-events/{decision}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Put parked events back into the queue, or throw them away */
        post: operations["decide_parked_events_of_geo"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/geo/nearby": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Services around a point, and those whose providers travel to it: the nearest, best rated or cheapest first */
        get: operations["list_nearby_services"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/geo/clusters": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** How many services are where on a map */
        get: operations["list_clusters"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/geo/places": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Towns and suburbs of New Zealand and Australia whose name begins like this, or is spelled nearly like it */
        get: operations["complete_place"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/geo/reverse": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The town or suburb that is nearest to a point; 404 where there is none within 100 km */
        get: operations["find_nearest_place"];
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
        /** Cluster */
        Cluster: {
            /** Count */
            count: number;
            /** Lat */
            lat: number;
            /** Lng */
            lng: number;
            /** Bounds */
            bounds: [
                number,
                number,
                number,
                number
            ];
        };
        /**
         * ClusterList
         * @description All there are, the largest first; a square that the box only touches is counted whole.
         */
        ClusterList: {
            /** Items */
            items: components["schemas"]["Cluster"][];
            /** Next Cursor */
            next_cursor?: null;
            /** Cell Degrees */
            cell_degrees: number;
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
        /** GazetteerPlace */
        GazetteerPlace: {
            /** Id */
            id: string;
            /** Name */
            name: string;
            /** Region */
            region: string;
            /**
             * Near
             * @description A larger place close by. Null, unless there is another of this name in the region.
             */
            near: string | null;
            /**
             * Country
             * @enum {string}
             */
            country: "NZ" | "AU";
            /** Lat */
            lat: number;
            /** Lng */
            lng: number;
            /** Population */
            population: number;
        };
        /** NearbyService */
        NearbyService: {
            /** Service Id */
            service_id: string;
            /** Title */
            title: string;
            /** Provider Id */
            provider_id: string;
            /** Provider Name */
            provider_name: string;
            /** Category */
            category: string;
            /** Subcategory */
            subcategory: string | null;
            price: components["schemas"]["Price"];
            /** Duration Minutes */
            duration_minutes: number;
            /**
             * Instant Book
             * @description What the service asks for. Its provider's terms have to allow it as well: `instant_book` of `/bookings/availability` says whether a booking is confirmed at once.
             */
            instant_book: boolean;
            rating: components["schemas"]["PlaceRating"];
            location: components["schemas"]["PlaceLocation"];
            image: components["schemas"]["PlaceImage"] | null;
            /** Distance M */
            distance_m: number;
            /** Service Radius Km */
            service_radius_km: number | null;
            /** Comes To You */
            comes_to_you: boolean;
        };
        /** NearestPlace */
        NearestPlace: {
            place: components["schemas"]["GazetteerPlace"];
            /** Distance M */
            distance_m: number;
            /** Attribution */
            attribution: string;
        };
        /** Page[NearbyService] */
        Page_NearbyService_: {
            /** Items */
            items: components["schemas"]["NearbyService"][];
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
        /** PlaceImage */
        PlaceImage: {
            /** Url */
            url: string;
            /** Width */
            width: number;
            /** Height */
            height: number;
            /** Alt Text */
            alt_text: string;
        };
        /** PlaceList */
        PlaceList: {
            /** Items */
            items: components["schemas"]["GazetteerPlace"][];
            /** Next Cursor */
            next_cursor?: null;
            /** Attribution */
            attribution: string;
        };
        /**
         * PlaceLocation
         * @description About where it is: the suburb, and a point within a kilometre.
         */
        PlaceLocation: {
            /** Address */
            address: string;
            /** Lat */
            lat: number;
            /** Lng */
            lng: number;
        };
        /** PlaceRating */
        PlaceRating: {
            /** Average */
            average: number | null;
            /** Weighted */
            weighted: number | null;
            /** Count */
            count: number;
        };
        /** Price */
        Price: {
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
    list_parked_events_of_geo: {
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
    decide_parked_events_of_geo: {
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
    list_nearby_services: {
        parameters: {
            query: {
                lat: number;
                lng: number;
                radius_km?: number;
                category?: string | null;
                /** @description Words of the title, description, provider or category, or their beginnings. */
                q?: string | null;
                min_rating?: number | null;
                /** @description In minor units: cents. */
                max_price?: number | null;
                /** @description A date, by the provider's clock, on which the service must still have a time to book. */
                available_on?: string | null;
                sort?: "distance" | "rating" | "price";
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
                    "application/json": components["schemas"]["Page_NearbyService_"];
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
    list_clusters: {
        parameters: {
            query: {
                /** @description west,south,east,north in degrees; a west that is east of its east crosses the antimeridian. */
                bbox: string;
                zoom: number;
                category?: string | null;
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
                    "application/json": components["schemas"]["ClusterList"];
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
    complete_place: {
        parameters: {
            query: {
                /** @description The beginning of a name, with or without its macrons. */
                q: string;
                /** @description Only places there. */
                country?: ("NZ" | "AU") | null;
                /** @description Of places that are meant as likely, those there come first; the others are found too. */
                prefer?: ("NZ" | "AU") | null;
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
                    "application/json": components["schemas"]["PlaceList"];
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
    find_nearest_place: {
        parameters: {
            query: {
                lat: number;
                lng: number;
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
                    "application/json": components["schemas"]["NearestPlace"];
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

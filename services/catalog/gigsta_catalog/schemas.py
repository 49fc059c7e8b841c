"""What goes over the wire."""

from datetime import datetime
from typing import Annotated, Any, Literal, Self

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, StringConstraints, model_validator

from gigsta_catalog import models
from gigsta_catalog.models import (
    MOST_IMAGES,
    CategoryAction,
    CategoryChange,
    Permission,
    ServiceDocument,
    SizeName,
    Status,
    StoredImage,
    UrlOf,
)
from gigsta_catalog.storage import MOST_BYTES
from gigsta_common.pagination import Cursor, Limit
from gigsta_common.text import Form, Slug, label, line, name, one_line, plain_lines, prose

CategoryName = Annotated[str, line(80), AfterValidator(label)]
Position = Annotated[int, Field(ge=0, le=100_000)]
Title = Annotated[str, line(120), AfterValidator(name)]
"""It is in mails, to guests too, whose address nobody has proven."""
Description = Annotated[str, line(5_000), AfterValidator(prose)]
Amount = Annotated[int, Field(ge=0, le=1_000_000_000)]
Minutes = Annotated[int, Field(ge=5, le=1_440)]
BufferMinutes = Annotated[int, Field(ge=0, le=1_440)]
RadiusKm = Annotated[float, Field(ge=0.1, le=500, allow_inf_nan=False)]
Words = Annotated[str, StringConstraints(strip_whitespace=True, max_length=200)]
Reason = Annotated[str, line(500), AfterValidator(prose)]
AltText = Annotated[str, line(250, 0), AfterValidator(one_line)]
ImageType = Literal["image/jpeg", "image/png", "image/webp"]
Sort = Literal["relevance", "newest", "price", "-price", "rating"]


class Request(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True, str_strip_whitespace=True)


def _absent() -> Any:
    """Stands for a field that a PATCH does not name; null is no value for these."""


class Price(Request):
    amount: Annotated[Amount, Field(description="In minor units: cents.")]
    currency: Annotated[
        str,
        Form(r"^[A-Z]{3}$", "must be the three letters of a currency, such as NZD"),
        Field(description="ISO 4217.", examples=["NZD", "AUD"]),
    ]


class Location(Request):
    """Others see the suburb only, and a point nearby. Without a `suburb` it is read from the address."""

    address: Annotated[str, line(300), AfterValidator(plain_lines)]
    suburb: Annotated[str, line(120, 0), AfterValidator(one_line)] | None = None
    lat: Annotated[float, Field(ge=-90, le=90, allow_inf_nan=False)]
    lng: Annotated[float, Field(ge=-180, le=180, allow_inf_nan=False)]


class NewService(Request):
    title: Title
    description: Description
    category: Slug
    subcategory: Slug | None = None
    price: Price
    duration_minutes: Minutes
    buffer_minutes: BufferMinutes = 0
    instant_book: bool = False
    location: Location
    service_radius_km: RadiusKm | None = None


class ServicePatch(Request):
    """Only what is named changes. `version`, where it is sent, must be the service's present one."""

    title: Title = Field(default_factory=_absent)
    description: Description = Field(default_factory=_absent)
    category: Slug = Field(default_factory=_absent)
    subcategory: Slug | None = None
    price: Price = Field(default_factory=_absent)
    duration_minutes: Minutes = Field(default_factory=_absent)
    buffer_minutes: BufferMinutes = Field(default_factory=_absent)
    instant_book: bool = Field(default_factory=_absent)
    location: Location = Field(default_factory=_absent)
    service_radius_km: RadiusKm | None = None
    version: Annotated[int, Field(ge=1, le=2**53)] = Field(default_factory=_absent)

    @model_validator(mode="after")
    def _names_something(self) -> Self:
        if not self.model_fields_set - {"version"}:
            raise ValueError("name at least one field to change")
        return self


class NewUpload(Request):
    """What will be uploaded: a picture of exactly this type and size, or it is refused."""

    content_type: ImageType
    size_bytes: Annotated[int, Field(ge=1, le=MOST_BYTES)]
    alt_text: AltText = ""


class ImagePatch(Request):
    alt_text: AltText


class ImageOrder(Request):
    media_ids: Annotated[list[Annotated[str, StringConstraints(max_length=64)]], Field(max_length=MOST_IMAGES)]


class UploadQuery(BaseModel):
    """As we have signed it."""

    model_config = ConfigDict(extra="forbid")

    content_type: Annotated[str, Field(max_length=100)]
    size: Annotated[int, Field(ge=1, le=MOST_BYTES)]
    expires: Annotated[int, Field(ge=0, le=2**40)]
    signature: Annotated[str, Field(max_length=128)]


class NewCategory(Request):
    """Without an `id` it is made from the name."""

    id: Slug | None = None
    name: CategoryName
    position: Position = 0


class CategoryPatch(Request):
    name: CategoryName = Field(default_factory=_absent)
    position: Position = Field(default_factory=_absent)

    @model_validator(mode="after")
    def _names_something(self) -> Self:
        if not self.model_fields_set:
            raise ValueError("name at least one field to change")
        return self


class NewSubcategory(Request):
    """Without an `id` it is made from the name."""

    id: Slug | None = None
    name: CategoryName


class SubcategoryPatch(Request):
    name: CategoryName


class ServiceQuery(BaseModel):
    """How to search. Without `sort`, the most relevant come first where there is a `q`, else the newest."""

    model_config = ConfigDict(extra="forbid")

    q: Annotated[Words | None, Field(description="Words of the title, description, provider or category.")] = None
    category: Annotated[str | None, Field(max_length=60)] = None
    subcategory: Annotated[str | None, Field(max_length=60)] = None
    provider_id: Annotated[str | None, Field(max_length=64)] = None
    min_price: Annotated[Amount | None, Field(description="In minor units.")] = None
    max_price: Annotated[Amount | None, Field(description="In minor units.")] = None
    min_rating: Annotated[float | None, Field(ge=0, le=5, allow_inf_nan=False)] = None
    mine: Annotated[bool, Field(description="Only the caller's own, in every status; needs a token.")] = False
    sort: Sort | None = None
    limit: Limit = 20
    cursor: Cursor = None


class RatingView(BaseModel):
    average: float | None
    weighted: float | None
    count: int


class PriceView(BaseModel):
    amount: int
    currency: str


class LocationView(BaseModel):
    """`approximate` for everybody but the provider and administrators: a suburb, and a point within a kilometre. The
    address is told to customers whose booking is confirmed, in the booking."""

    address: str | None
    suburb: str
    lat: float
    lng: float
    approximate: bool

    @classmethod
    def of(cls, service: ServiceDocument, viewer: models.Viewer) -> Self:
        location = service["location"]
        area = models.area_of(location)
        if not models.knows_the_address(service, viewer):
            return cls(address=None, suburb=area.name, lat=area.lat, lng=area.lng, approximate=True)
        lng, lat = location["point"]["coordinates"]
        return cls(address=location["address"], suburb=area.name, lat=lat, lng=lng, approximate=False)


class UploadView(BaseModel):
    """Send the file to `url` by `method` with these headers, then complete it. `url` may begin with a slash: then it
    is from the API's own origin on."""

    media_id: str
    method: str
    url: str
    headers: dict[str, str]
    size_bytes: int
    expires_at: datetime


class ImageSizeView(BaseModel):
    url: str
    """Absolute, or from the root of the API's own origin on. What is there never changes."""
    width: int
    height: int


class ImageView(BaseModel):
    id: str
    alt_text: str
    width: int
    height: int
    """Of the largest size."""
    small: ImageSizeView
    medium: ImageSizeView
    large: ImageSizeView

    @classmethod
    def of(cls, image: StoredImage, url_of: UrlOf) -> Self:
        def size(name: SizeName) -> ImageSizeView:
            return ImageSizeView(url=url_of(models.file_name(image["name"], name)), **image["sizes"][name])

        large = size("large")
        return cls(
            id=image["id"],
            alt_text=image["alt_text"],
            width=large.width,
            height=large.height,
            small=size("small"),
            medium=size("medium"),
            large=large,
        )


class ModeratedView(BaseModel):
    """What an administrator has done to a service, and why."""

    action: Literal["remove_image"] | str
    image_id: str
    reason: str
    at: datetime


class ServiceView(BaseModel):
    id: str
    version: int
    status: Status
    provider_id: str
    provider_name: str
    title: str
    description: str
    category: str
    subcategory: str | None
    price: PriceView
    duration_minutes: int
    buffer_minutes: int
    instant_book: Annotated[
        bool,
        Field(
            description="What the service asks for. Its provider's terms have to allow it as well: `instant_book` of "
            "`/bookings/availability` says whether a booking is confirmed at once."
        ),
    ]
    location: LocationView
    service_radius_km: float | None
    images: list[ImageView]
    """In the provider's order, eight at most."""
    rating: RatingView
    created_at: datetime
    updated_at: datetime
    permissions: list[Permission]
    """What the caller may do with it now."""
    moderation: Annotated[
        list[ModeratedView],
        Field(description="What administrators have done to it. Empty for all but its provider and administrators."),
    ] = []

    @classmethod
    def of(cls, service: ServiceDocument, viewer: models.Viewer, url_of: UrlOf) -> Self:
        return cls(
            id=service["_id"],
            version=service["version"],
            status=service["status"],
            provider_id=service["provider_id"],
            provider_name=service["provider_name"],
            title=service["title"],
            description=service["description"],
            category=service["category"],
            subcategory=service["subcategory"],
            price=PriceView(**service["price"]),
            duration_minutes=service["duration_minutes"],
            buffer_minutes=service["buffer_minutes"],
            instant_book=service["instant_book"],
            location=LocationView.of(service, viewer),
            service_radius_km=service["service_radius_km"],
            images=[ImageView.of(image, url_of) for image in service.get("images", [])],
            rating=rating_view(service["rating"]),
            created_at=service["created_at"],
            updated_at=service["updated_at"],
            permissions=models.permissions(service, viewer),
            moderation=[
                ModeratedView.model_validate(act)
                for act in service.get("moderation", [])
                if models.knows_the_address(service, viewer)
            ],
        )


class SubcategoryView(BaseModel):
    id: str
    name: str
    service_count: int


class CategoryView(BaseModel):
    id: str
    name: str
    position: int
    service_count: int
    """Published services, those of the subcategories included."""
    subcategories: list[SubcategoryView]


class CategoryChangeView(BaseModel):
    id: str
    at: datetime
    action: CategoryAction
    category_id: str
    subcategory_id: str | None
    details: dict[str, Any]
    """What was asked for: a name, a place."""
    admin_id: str

    @classmethod
    def of(cls, change: CategoryChange) -> Self:
        return cls.model_validate({**change, "id": change["_id"]})


class ProviderView(BaseModel):
    """A provider as everybody sees them, with up to 100 of their newest published services."""

    id: str
    trading_name: str
    rating: RatingView
    services: list[ServiceView]


class CatalogExport(BaseModel):
    """What catalog holds about somebody: all that they offer or have offered, drafts included."""

    trading_name: str | None
    services: list[ServiceView]


def rating_view(rating: models.StoredRating) -> RatingView:
    return RatingView(average=rating["average"], weighted=rating["weighted"], count=rating["count"])

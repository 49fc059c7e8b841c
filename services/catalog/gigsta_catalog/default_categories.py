"""The categories of a fresh marketplace: names, and the names of their subcategories. Ids are made from the names."""

from collections.abc import Mapping, Sequence

DEFAULT_CATEGORIES: Mapping[str, Sequence[str]] = {
    "Home cleaning": ("Regular clean", "Deep clean", "End of tenancy", "Windows", "Carpets and upholstery"),
    "Gardening": ("Lawn mowing", "Hedges and pruning", "Planting and landscaping", "Garden clean-up"),
    "Plumbing": ("Leaks and taps", "Drains", "Hot water", "Bathroom and kitchen"),
    "Electrical": ("Lighting", "Power points and switches", "Heat pumps", "Safety checks"),
    "Handyman": ("Repairs", "Furniture assembly", "Mounting and hanging", "Painting", "Fences and decks"),
    "Moving": ("House moves", "Single items", "Packing", "Rubbish removal"),
    "Tutoring": ("Maths and science", "English", "Languages", "Music lessons"),
    "IT help": ("Computer repair", "Wi-Fi and networks", "Phones and tablets", "Lessons"),
    "Beauty": ("Hair", "Nails", "Make-up", "Massage"),
    "Fitness": ("Personal training", "Yoga and pilates", "Swimming", "Running"),
    "Pet care": ("Dog walking", "Pet sitting", "Grooming", "Training"),
    "Photography": ("Portraits", "Weddings", "Events", "Property"),
    "Childcare": ("Babysitting", "After school", "Nannies"),
    "Events": ("Catering", "Music", "Decoration", "Hosting"),
}

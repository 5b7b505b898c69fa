from django.apps import apps

ORDER = ["core", "partners", "pricing", "inventory", "performance"]


def relations():
    """Every relation a model declares itself: foreign keys, one-to-one, many-to-many."""
    for model in apps.get_models():
        for field in model._meta.get_fields():
            if field.is_relation and not field.auto_created and field.related_model:
                yield model, field


def test_relations_point_left():
    """import-linter cannot see string references such as a foreign key to "pricing.SalesLine"."""
    wrong = [
        f"{model._meta.label}.{field.name} -> {field.related_model._meta.label}"
        for model, field in relations()
        if {model._meta.app_label, field.related_model._meta.app_label} <= set(ORDER)
        if ORDER.index(field.related_model._meta.app_label) > ORDER.index(model._meta.app_label)
    ]

    assert wrong == []

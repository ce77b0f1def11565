import pytest

from digitnet.access.callers import acting_as
from digitnet.batches import templates
from digitnet.errors import AccessError, CollectionError
from digitnet.forms.template import Template, to_json
from tests.helpers.batches import TEMPLATE
from tests.helpers.callers import ANN, BOB, TEACHER, agree


def test_template_is_kept_under_its_name(store):
    kept = store.templates.save(TEMPLATE, " Order  2026 ")
    assert (kept.name, store.templates.find()) == ("Order 2026", [kept])
    assert to_json(store.templates.load(kept.id)) == to_json(TEMPLATE)


OTHER = Template("Other", TEMPLATE.size, TEMPLATE.fields, b"")


def test_template_never_takes_the_place_of_another_one(store):
    first = store.templates.save(TEMPLATE, "Order")
    assert store.templates.save(TEMPLATE, "Order") == first
    with pytest.raises(CollectionError, match="Another template is called 'Order'; choose another name"):
        store.templates.save(OTHER, " Order ")
    assert to_json(store.templates.load(first.id)) == to_json(TEMPLATE)


def test_deleted_template_is_restored_unless_its_name_is_taken(store):
    kept = store.templates.save(TEMPLATE, "Order")
    store.templates.delete(kept.id)
    other = store.templates.save(OTHER, "Order")
    with pytest.raises(CollectionError, match="Another template is called 'Order'"):
        store.templates.restore(kept, TEMPLATE)
    store.templates.delete(other.id)
    store.templates.restore(kept, TEMPLATE)
    assert [to_json(store.templates.load(each.id)) for each in store.templates.find()] == [to_json(TEMPLATE)]


def test_template_that_a_teacher_restores_stays_the_pupils(store):
    agree(store, "ann", "teacher", "bob")
    with acting_as(ANN):
        kept = store.templates.save(TEMPLATE, "Order")
    with acting_as(TEACHER):
        store.templates.delete(kept.id)
        store.templates.restore(kept, TEMPLATE)
    with acting_as(BOB), pytest.raises(AccessError):
        store.templates.restore(kept, TEMPLATE)
    with acting_as(ANN):
        assert [each.account for each in store.templates.find()] == [ANN.account]


def test_template_is_renamed_to_a_free_name_and_deleted(store):
    first, second = store.templates.save(TEMPLATE, "Order"), store.templates.save(TEMPLATE, "bill")
    with pytest.raises(CollectionError, match="Another template is called 'bill'"):
        store.templates.rename(first.id, "bill")
    store.templates.rename(first.id, "Receipt")
    assert [template.name for template in store.templates.find()] == ["bill", "Receipt"]
    store.templates.delete(second.id)
    with pytest.raises(CollectionError, match="not there any more"):
        store.templates.load(second.id)


def test_templates_belong_to_who_made_them(store):
    with acting_as(ANN), pytest.raises(AccessError):
        store.templates.save(TEMPLATE, "Order")
    agree(store)
    with acting_as(ANN):
        kept = store.templates.save(TEMPLATE, "Order")
    with acting_as(BOB):
        assert store.templates.find() == []
        for call in (store.templates.load, store.templates.delete, lambda id: store.templates.rename(id, "mine")):
            with pytest.raises(CollectionError):
                call(kept.id)
        assert store.templates.save(TEMPLATE, "Order").id != kept.id


def test_so_many_templates_are_kept(store, monkeypatch):
    monkeypatch.setattr(templates, "MAX_TEMPLATES", 1)
    store.templates.save(TEMPLATE, "Order")
    store.templates.save(TEMPLATE, "Order")
    with pytest.raises(CollectionError, match="You keep 1 templates; delete one first"):
        store.templates.save(TEMPLATE, "Bill")

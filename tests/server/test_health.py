def test_server_that_can_read_is_healthy(client):
    answer = client.get("/healthz")
    assert (answer.status_code, answer.json()) == (200, {"status": "ok"})


def test_missing_model_is_unhealthy_without_details(client, models, caplog):
    answer = client.get("/healthz")
    assert (answer.status_code, answer.json()) == (503, {"error": "The active model does not load."})
    assert "does not load" in caplog.text

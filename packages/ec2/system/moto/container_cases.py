"""What moto's cases are run with on real containers: a plugin of pytest's beside moto_cases. The suite's files stay as they are."""

import json
import os
import time
import urllib.request

import boto3
import pytest
import tests
from moto.core.config import default_user_config

REGION = "us-east-1"
RUNNING_WITHIN_S = 60

tests.EXAMPLE_AMI_ID = os.environ["CASES_IMAGE"]
default_user_config["core"]["mock_credentials"] = False

open_client = boto3.session.Session.client


def client_here(session, service_name, region_name=None, **options):
    """Whichever region a case is for: there is one."""
    return open_client(session, service_name, REGION, **options)


boto3.session.Session.client = client_here


@pytest.fixture(autouse=True)
def account_of_its_own():
    """Nothing is reset: each case has an account that nobody has used. What it has launched has to come to run, and gives its place to the next one."""
    with urllib.request.urlopen(os.environ["CASES_TENANTS"], data=b"") as answer:
        key = json.load(answer)
    os.environ["AWS_ACCESS_KEY_ID"] = key["accessKeyId"]
    os.environ["AWS_SECRET_ACCESS_KEY"] = key["secretAccessKey"]
    boto3.DEFAULT_SESSION = None
    yield
    client = boto3.session.Session().client("ec2")
    late = time.monotonic() + RUNNING_WITHIN_S
    while any(in_state(client, "pending")):
        assert time.monotonic() < late, "What was launched does not run."
        time.sleep(0.2)
    running = list(in_state(client, "running"))
    with open(os.environ["CASES_RAN"], "a") as ran:
        ran.writelines(f"{instance_id}\n" for instance_id in running)
    for instance_id in [*running, *in_state(client, "stopping", "stopped")]:
        end(client, instance_id)


def in_state(client, *states):
    wanted = [{"Name": "instance-state-name", "Values": list(states)}]
    for reservation in client.describe_instances(Filters=wanted)["Reservations"]:
        for instance in reservation["Instances"]:
            yield instance["InstanceId"]


def end(client, instance_id):
    free = {"DisableApiTermination": {"Value": False}}
    client.modify_instance_attribute(InstanceId=instance_id, **free)
    client.terminate_instances(InstanceIds=[instance_id])

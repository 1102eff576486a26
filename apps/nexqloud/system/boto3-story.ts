/** A program in Python that launches the image that it is given, by a template. */
export const boto3Story = `
import sys
import boto3

often = {"Delay": 1, "MaxAttempts": 300}
ec2 = boto3.client("ec2")
ec2.create_launch_template(LaunchTemplateName="small", LaunchTemplateData={
    "ImageId": sys.argv[1], "InstanceType": "t3.nano",
    "TagSpecifications": [{"ResourceType": "instance", "Tags": [{"Key": "by", "Value": "boto3"}]}]})
resource = boto3.resource("ec2")
[instance] = resource.create_instances(
    LaunchTemplate={"LaunchTemplateName": "small"}, MinCount=1, MaxCount=1)
instance.wait_until_running(WaiterConfig=often)
instance.reload()
print(instance.state["Name"], instance.instance_type)
found = list(resource.instances.filter(Filters=[
    {"Name": "tag:by", "Values": ["boto3"]}, {"Name": "instance-state-name", "Values": ["running"]}]))
print("found", len(found))
instance.terminate()
instance.wait_until_terminated(WaiterConfig=often)
print(instance.state["Name"])
`

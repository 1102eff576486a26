/** A key of OpenSSH's that nobody has the other half of. */
const publicKey = `ssh-ed25519 ${Buffer.concat([
  Buffer.from([0, 0, 0, 11]),
  Buffer.from('ssh-ed25519'),
  Buffer.from([0, 0, 0, 32]),
  Buffer.alloc(32, 7),
]).toString('base64')}`

/** Returns what Terraform is to make: an instance, and what belongs to one. */
export function terraformStory(image: string, size: string): string {
  return `
terraform {
  required_providers { aws = { source = "hashicorp/aws", version = "5.100.0" } }
}
provider "aws" {}
data "aws_caller_identity" "me" {}
resource "aws_security_group" "web" {
  name = "terraform"
  ingress {
    from_port   = 80
    to_port     = 80
    protocol    = "tcp"
    cidr_blocks = ["0.0.0.0/0"]
  }
  egress {
    from_port   = 0
    to_port     = 0
    protocol    = "-1"
    cidr_blocks = ["0.0.0.0/0"]
  }
}
resource "aws_key_pair" "me" {
  key_name   = "terraform"
  public_key = "${publicKey}"
}
resource "aws_instance" "web" {
  ami                    = "${image}"
  instance_type          = "${size}"
  key_name               = aws_key_pair.me.key_name
  vpc_security_group_ids = [aws_security_group.web.id]
  user_data              = "#!/bin/sh\\ntouch /app/by-terraform\\n"
  tags                   = { Name = "terraform" }
}
resource "aws_eip" "web" {
  instance = aws_instance.web.id
}
resource "aws_ebs_volume" "data" {
  availability_zone = aws_instance.web.availability_zone
  size              = 1
}
resource "aws_volume_attachment" "data" {
  device_name = "/dev/sdf"
  volume_id   = aws_ebs_volume.data.id
  instance_id = aws_instance.web.id
}
resource "aws_launch_template" "web" {
  name          = "terraform"
  image_id      = "${image}"
  instance_type = "${size}"
}
output "address" { value = aws_eip.web.public_ip }
`
}

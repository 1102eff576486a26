/**
 * Cases of moto's that do not pass, by the reason: AWS itself does otherwise, or no container can. Where a reason names an action, AWS's reference of that action says so; where it names none,
 * and the code that a case meets names no source, what AWS does is from what its users report, and to be seen again before anything is built on it.
 *
 * Forty of them expect what that reference refuses, or what no container is: more than 422 of the 462 cannot pass where EC2's own answers are given. moto's own server passes 436 when its suite is run as it asks
 * to be, and leaves out 25 that no server can pass; moto_cases.py has those run here, too.
 */
export const exceptions: Readonly<Record<string, readonly string[]>> = {
  'The image is Windows, or a product of a marketplace, or has a kernel of its own: none of that is a container.':
    [
      'test_amis.py::test_ami_copy',
      'test_amis.py::test_ami_create_and_delete',
      'test_amis.py::test_ami_describe_image_attribute',
      'test_amis.py::test_ami_describe_image_attribute_product_codes',
      'test_amis.py::test_ami_filters',
      'test_amis.py::test_snapshots_for_initial_amis',
      'test_windows.py::test_get_password_data',
    ],
  "It looks into moto's own memory.": [
    'test_security_groups.py::test_security_group_rules_added_via_the_backend_can_be_revoked_via_the_api',
  ],
  'Regions that have to be opted in to are not told here.': [
    'test_availability_zones_and_regions.py::test_describe_regions',
  ],
  "It names a zone that is not there, as `1a`, or another region's: InvalidZone.NotFound, or InvalidParameterValue (EC2's list of errors).":
    [
      'test_instances.py::test_run_instance_with_block_device_mappings_from_snapshot',
      'test_subnets.py::test_availability_zone_in_create_subnet',
      'test_subnets.py::test_create_subnet_with_tags',
      'test_tags.py::test_create_snapshot_with_tags',
      'test_tags.py::test_create_volume_with_tags',
      'test_tags.py::test_retrieved_volumes_must_contain_their_tags',
    ],
  "Amazon's own sizes are told: metal, GPUs, hundreds of types. Sizes are ours here.": [
    'test_instance_type_offerings.py::test_describe_instance_type_offering_filter_by_zone',
    'test_instance_type_offerings.py::test_describe_instance_type_offering_filter_by_zone_id',
    'test_instance_types.py::test_describe_instance_types',
    'test_instance_types.py::test_describe_instance_types_filter_by_bare_metal',
    'test_instance_types.py::test_describe_instance_types_gpu_instance_types',
  ],
  'EC2-Classic is retired, since August 2022.': [
    'test_account_attributes.py::test_describe_account_attributes',
    'test_elastic_ip_addresses.py::test_eip_allocate_classic',
    'test_elastic_ip_addresses.py::test_eip_associate_classic',
  ],
  'An address is reassociated without being asked for, as EC2 does in a VPC (AssociateAddress).': [
    'test_elastic_ip_addresses.py::test_eip_reassociate_nic',
  ],
  "It names a group of one VPC in another, or by what is no id, or asks for moto's own requester.":
    [
      'test_elastic_network_interfaces.py::test_elastic_network_interfaces',
      'test_elastic_network_interfaces.py::test_elastic_network_interfaces_auto_create_securitygroup',
      'test_elastic_network_interfaces.py::test_elastic_network_interfaces_describe_network_interfaces_with_filter',
      'test_elastic_network_interfaces.py::test_elastic_network_interfaces_filtering',
      'test_instances.py::test_run_instance_with_nic_autocreated',
      'test_instances.py::test_run_instance_with_nic_preexisting',
      'test_instances.py::test_run_multiple_instances_with_single_nic_template',
      'test_security_groups.py::test_authorize_and_revoke_in_bulk',
      'test_security_groups.py::test_get_groups_by_ippermissions_group_id_filter_across_vpcs',
      'test_spot_instances.py::test_request_spot_instances',
    ],
  "The private address is none of the subnet's (RunInstances), or one of the first four, which are set aside (CreateSubnet).":
    [
      'test_elastic_network_interfaces.py::test_elastic_network_interfaces_get_by_private_ip',
      'test_elastic_network_interfaces.py::test_elastic_network_interfaces_with_private_ip',
      'test_instances.py::test_describe_instances_filter_vpcid_via_networkinterface',
      'test_instances.py::test_get_instances_filtering_by_ni_private_dns',
      'test_instances.py::test_get_instances_filtering_by_private_dns',
      'test_instances.py::test_run_instance_in_subnet_with_nic_private_ip',
      'test_instances.py::test_run_instance_in_subnet_with_nic_private_ip_and_public_association',
    ],
  'EC2 gives keys of Ed25519 and their fingerprints otherwise (DescribeKeyPairs), keeps an imported key as one line, and says InvalidKey.Format.':
    [
      'test_key_pairs.py::test_key_pairs_create[ed25519-95]',
      'test_key_pairs.py::test_key_pairs_import[ed25519]',
      'test_key_pairs.py::test_key_pairs_import[rsa-openssh]',
      'test_key_pairs.py::test_key_pairs_import[rsa-rfc4716-1]',
      'test_key_pairs.py::test_key_pairs_import[rsa-rfc4716-2]',
      'test_key_pairs.py::test_key_pairs_import[rsa-rfc4716-3]',
      'test_key_pairs.py::test_key_pairs_import[rsa-rfc4716-4]',
      'test_key_pairs.py::test_key_pairs_import_invalid_key',
      'test_key_pairs.py::test_key_pairs_invalid',
    ],
  'A template can be tagged when it is made, and nothing else (CreateLaunchTemplate); AWS takes user data that is no base64.':
    [
      'test_launch_templates.py::test_create_launch_template__dryrun',
      'test_launch_templates.py::test_create_launch_template_with_non_base64_encoded_user_data_fails',
      'test_launch_templates.py::test_create_launch_template_with_tag_spec',
      'test_launch_templates.py::test_delete_launch_template__dryrun',
    ],
  'A rule that is not there is answered in the default VPC, ids that are none are malformed, ports go from the lower to the higher, names count in the default VPC alone, a default group has a rule of each direction.':
    [
      'test_security_groups.py::test_authorize_group_in_vpc',
      'test_security_groups.py::test_authorize_ip_range_and_revoke',
      'test_security_groups.py::test_authorize_other_group_and_revoke',
      'test_security_groups.py::test_describe_security_groups',
      'test_security_groups.py::test_filter_egress__ip_permission__from_port',
      'test_security_groups.py::test_get_all_security_groups_filter_with_same_vpc_id',
      'test_security_groups.py::test_revoke_security_group_egress__without_ipprotocol',
      'test_security_groups.py::test_update_security_group_rule_descriptions_egress',
      'test_security_groups.py::test_update_security_group_rule_descriptions_ingress',
    ],
  "EC2 takes the host's part off a block of addresses, so that 110 of them are one (AuthorizeSecurityGroupIngress).":
    [
      'test_security_groups.py::test_sec_group_rule_limit[Use VPC]',
      'test_security_groups.py::test_sec_group_rule_limit[Without VPC]',
    ],
  'A subnet without IPv6 assigns none.': [
    'test_subnets.py::test_modify_subnet_attribute_assign_ipv6_address_on_creation',
  ],
  'A VPC that was made has no public names until its attribute says so.': [
    'test_instances.py::test_get_instances_filtering_by_dns_name',
    'test_instances.py::test_run_instance_mapped_public_ipv4',
  ],
  'An instance has to stand still for that (ModifyInstanceAttribute).': [
    'test_instances.py::test_create_instance_ebs_optimized',
    'test_instances.py::test_instance_attribute_instance_type',
    'test_instances.py::test_instance_attribute_user_data',
  ],
  'The root of an instance is there from the start, is not detached while that runs (DetachVolume), comes first, and what its image says of it stays where the launch says nothing.':
    [
      'test_instances.py::test_instance_attach_volume',
      'test_instances.py::test_instance_terminate_detach_volumes',
      'test_instances.py::test_instance_terminate_keep_volumes_implicit',
      'test_instances.py::test_run_instance_with_block_device_mappings',
      'test_instances.py::test_run_instance_with_block_device_mappings_using_no_device',
    ],
  'Volumes carry a tag that says how durable they are.': [
    'test_instances.py::test_create_with_volume_tags',
  ],
  'Containers cannot be hibernated, and have no kernel called None.': [
    'test_instances.py::test_run_instance_with_additional_args[True]',
    'test_instances.py::test_run_instances_default_response',
  ],
  "Credits are of the families that burst; an address for a while is Amazon's; groups are told from the start; metadata is asked for with tokens, as of Amazon's newer images.":
    [
      'test_instances.py::test_describe_instance_credit_specifications',
      'test_instances.py::test_modify_instance_attribute_security_groups',
      'test_instances.py::test_modify_instance_metadata_options',
      'test_instances.py::test_run_instance_and_associate_public_ip',
    ],
  "EC2's answer for a size that is none begins otherwise.": [
    'test_instances.py::test_run_instance_with_invalid_instance_type',
  ],
  "Throughput has a least, IncorrectState is EC2's answer, volumes are made at a moment with milliseconds.":
    [
      'test_elastic_block_store.py::test_modify_volumes',
      'test_elastic_block_store.py::test_volume_attach_and_detach',
      'test_elastic_block_store.py::test_volume_filters',
    ],
  'An image is needed, and a registered one a location; whom it is shared with is asked by name; a request that was cancelled is told of for a while.':
    [
      'test_amis.py::test_ami_describe_images_executable_user_public',
      'test_amis.py::test_ami_registration',
      'test_spot_instances.py::test_cancel_spot_instance_request',
      'test_spot_instances.py::test_request_spot_instances_instance_lifecycle',
      'test_spot_instances.py::test_request_spot_instances_with_tags',
    ],
}

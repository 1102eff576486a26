/**
 * Cases of moto's that do not pass, by the reason: AWS itself does otherwise, or no container can. Where no source is named in the code that they meet, what AWS does is from its
 * reference or from what its users report, and to be seen again before anything is built on it.
 */
export const exceptions: Readonly<Record<string, readonly string[]>> = {
  "The zone, region or image table is moto's own; the lab has another one.": [
    'test_availability_zones_and_regions.py::test_availability_zones__parameters',
    'test_availability_zones_and_regions.py::test_describe_regions',
    'test_subnets.py::test_availability_zone_in_create_subnet',
    'test_subnets.py::test_create_subnet_with_tags',
    'test_amis.py::test_ami_snapshots_have_correct_owner',
  ],
  'It names a zone that is not there, or of another region: InvalidZone.NotFound.': [
    'test_tags.py::test_create_snapshot_with_tags',
    'test_tags.py::test_create_volume_with_tags',
    'test_tags.py::test_retrieved_volumes_must_contain_their_tags',
    'test_instances.py::test_run_instance_with_block_device_mappings_from_snapshot',
  ],
  "Amazon's own sizes are told: metal, GPUs, hundreds of types. Sizes are ours here.": [
    'test_instance_type_offerings.py::test_describe_instance_type_offering_filter_by_zone',
    'test_instance_type_offerings.py::test_describe_instance_type_offering_filter_by_zone_id',
    'test_instance_types.py::test_describe_instance_types',
    'test_instance_types.py::test_describe_instance_types_filter_by_bare_metal',
    'test_instance_types.py::test_describe_instance_types_filter_by_memory',
    'test_instance_types.py::test_describe_instance_types_gpu_instance_types',
    'test_instance_types.py::test_describe_instance_types_small_instances',
  ],
  'EC2-Classic is retired.': [
    'test_account_attributes.py::test_describe_account_attributes',
    'test_elastic_ip_addresses.py::test_eip_allocate_classic',
    'test_elastic_ip_addresses.py::test_eip_associate_classic',
  ],
  "The address is none of the pool's, or reassociation has to be asked for, which EC2 does by itself.":
    [
      'test_elastic_ip_addresses.py::test_specific_eip_allocate_vpc',
      'test_elastic_ip_addresses.py::test_eip_reassociate_nic',
    ],
  'Its set-up gives a block of IPv6 to a subnet whose VPC has none.': [
    'test_elastic_network_interfaces.py::test_elastic_network_interfaces',
    'test_elastic_network_interfaces.py::test_elastic_network_interfaces_association',
    'test_elastic_network_interfaces.py::test_elastic_network_interfaces_auto_create_securitygroup',
    'test_elastic_network_interfaces.py::test_elastic_network_interfaces_describe_network_interfaces_with_filter',
    'test_elastic_network_interfaces.py::test_elastic_network_interfaces_filter_by_tag',
    'test_elastic_network_interfaces.py::test_elastic_network_interfaces_filtering',
    'test_elastic_network_interfaces.py::test_elastic_network_interfaces_get_by_description',
    'test_elastic_network_interfaces.py::test_elastic_network_interfaces_get_by_private_ip',
    'test_elastic_network_interfaces.py::test_elastic_network_interfaces_get_by_subnet_id',
    'test_elastic_network_interfaces.py::test_elastic_network_interfaces_get_by_tag_name',
    'test_elastic_network_interfaces.py::test_elastic_network_interfaces_get_by_vpc_id',
    'test_elastic_network_interfaces.py::test_elastic_network_interfaces_with_private_ip',
    'test_elastic_network_interfaces.py::test_elastic_network_interfaces_without_group',
  ],
  'EC2 gives keys of Ed25519 and their fingerprints otherwise, keeps an imported key as one line, and says InvalidKey.Format.':
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
  'A template can be tagged when it is made, and nothing else; AWS takes user data that is no base64, and lists the newest version first.':
    [
      'test_launch_templates.py::test_create_launch_template__dryrun',
      'test_launch_templates.py::test_create_launch_template_with_non_base64_encoded_user_data_fails',
      'test_launch_templates.py::test_create_launch_template_with_tag_spec',
      'test_launch_templates.py::test_delete_launch_template__dryrun',
      'test_launch_templates.py::test_describe_launch_template_versions_with_max',
      'test_launch_templates.py::test_describe_launch_template_versions_with_min',
      'test_launch_templates.py::test_describe_launch_template_versions_with_min_and_max',
    ],
  'It makes groups in a VPC that is not there, or has groups of one VPC in another.': [
    'test_security_groups.py::test_authorize_group_in_vpc',
    'test_security_groups.py::test_create_and_describe_vpc_security_group',
    'test_security_groups.py::test_create_two_security_groups_with_same_name_in_different_vpc',
    'test_security_groups.py::test_delete_security_group_in_vpc',
    'test_security_groups.py::test_describe_security_groups',
    'test_security_groups.py::test_get_all_security_groups_filter_with_same_vpc_id',
    'test_security_groups.py::test_authorize_and_revoke_in_bulk',
    'test_security_groups.py::test_get_groups_by_ippermissions_group_id_filter_across_vpcs',
    'test_instances.py::test_run_instance_with_nic_autocreated',
    'test_instances.py::test_run_instance_with_nic_preexisting',
    'test_instances.py::test_run_multiple_instances_with_single_nic_template',
  ],
  'A rule that is not there is answered in the default VPC, ids that are none are malformed, ports go from the lower to the higher, names count in the default VPC alone.':
    [
      'test_security_groups.py::test_authorize_ip_range_and_revoke',
      'test_security_groups.py::test_authorize_other_group_and_revoke',
      'test_security_groups.py::test_filter_egress__ip_permission__from_port',
      'test_security_groups.py::test_revoke_security_group_egress__without_ipprotocol',
      'test_security_groups.py::test_update_security_group_rule_descriptions_egress',
      'test_security_groups.py::test_update_security_group_rule_descriptions_ingress',
    ],
  "EC2 takes the host's part off a block of addresses.": [
    'test_security_groups.py::test_sec_group_rule_limit[Use VPC]',
    'test_security_groups.py::test_sec_group_rule_limit[Without VPC]',
    'test_vpcs.py::test_vpc_get_by_cidr_block',
  ],
  'A subnet without IPv6 assigns none.': [
    'test_subnets.py::test_modify_subnet_attribute_assign_ipv6_address_on_creation',
  ],
  "The private address is none of the subnet's, or one that is set aside.": [
    'test_instances.py::test_describe_instances_filter_vpcid_via_networkinterface',
    'test_instances.py::test_get_instances_filtering_by_ni_private_dns',
    'test_instances.py::test_get_instances_filtering_by_private_dns',
    'test_instances.py::test_run_instance_in_subnet_with_nic_private_ip',
    'test_instances.py::test_run_instance_in_subnet_with_nic_private_ip_and_public_association',
  ],
  'A VPC that was made has no public names until its attribute says so.': [
    'test_instances.py::test_get_instances_filtering_by_dns_name',
    'test_instances.py::test_run_instance_mapped_public_ipv4',
  ],
  'An instance has to stand still for that.': [
    'test_instances.py::test_create_instance_ebs_optimized',
    'test_instances.py::test_instance_attribute_instance_type',
    'test_instances.py::test_instance_attribute_user_data',
  ],
  'It signs in the year 2014.': [
    'test_instances.py::test_instance_attach_volume',
    'test_instances.py::test_instance_launch_and_terminate',
  ],
  'The root of an instance that runs is not detached, comes first, and what its image says of it stays where the launch says nothing.':
    [
      'test_instances.py::test_instance_detach_volume_wrong_path',
      'test_instances.py::test_instance_terminate_detach_volumes',
      'test_instances.py::test_instance_terminate_keep_volumes_implicit',
      'test_instances.py::test_run_instance_with_block_device_mappings',
      'test_instances.py::test_run_instance_with_block_device_mappings_using_no_device',
    ],
  'Volumes carry a tag that says how durable they are.': [
    'test_instances.py::test_create_with_volume_tags',
    'test_elastic_block_store.py::test_volume_tag_escaping',
  ],
  'Containers cannot be hibernated, and have neither kernel nor RAM disk.': [
    'test_instances.py::test_run_instance_with_additional_args[True]',
    'test_instances.py::test_run_instances_default_response',
    'test_amis.py::test_ami_pulls_attributes_from_instance',
    'test_spot_instances.py::test_request_spot_instances',
  ],
  "Credits are of the families that burst; an address for a while is Amazon's; groups are told from the start.":
    [
      'test_instances.py::test_describe_instance_credit_specifications',
      'test_instances.py::test_run_instance_and_associate_public_ip',
      'test_instances.py::test_modify_instance_attribute_security_groups',
    ],
  "Throughput has a least, IncorrectState is EC2's answer, moments have milliseconds.": [
    'test_elastic_block_store.py::test_modify_volumes',
    'test_elastic_block_store.py::test_volume_attach_and_detach',
    'test_elastic_block_store.py::test_volume_filters',
  ],
  'An image is needed, and a registered one a location; a request that was cancelled is told of for a while.':
    [
      'test_amis.py::test_ami_registration',
      'test_amis.py::test_ami_describe_images_executable_user_public',
      'test_spot_instances.py::test_cancel_spot_instance_request',
      'test_spot_instances.py::test_request_spot_instances_instance_lifecycle',
      'test_spot_instances.py::test_request_spot_instances_with_tags',
    ],
  'EC2 says InvalidParameterValue where a list of tags is empty, as moto does elsewhere.': [
    'test_tags.py::test_ec2_validate_subnet_tags',
  ],
  "It asks for what moto's console says.": ['test_general.py::test_console_output'],
  'Not looked into yet.': ['test_instances.py::test_modify_instance_metadata_options'],
}

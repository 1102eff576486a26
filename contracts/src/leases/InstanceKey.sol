// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

/// @title An instance of an account: 20 bytes account, 12 bytes instance number that the account's masternodes chose.
/// @dev The account is part of the name, so nobody can use up, bill or close another account's numbers.
type InstanceKey is bytes32;

using { accountOf, leaseHash } for InstanceKey global;

function accountOf(InstanceKey instance) pure returns (address) {
    return address(bytes20(InstanceKey.unwrap(instance)));
}

/// @dev Names one lease of an instance for good.
function leaseHash(InstanceKey instance, uint64 token) pure returns (bytes32) {
    return keccak256(abi.encode(instance, token));
}

// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import { InstanceKey } from "../leases/InstanceKey.sol";
import { ISettlement } from "./ISettlement.sol";

/// @title The leaves of a settlement root: hashed twice, each kind with a first word of its own.
library Leaves {
    uint8 private constant REWARD = 1;
    uint8 private constant BILL = 2;
    uint8 private constant CREDIT = 3;

    function reward(ISettlement.Reward calldata leaf) internal pure returns (bytes32) {
        return _hashTwice(
            abi.encode(
                REWARD, leaf.account, leaf.device, leaf.amount, leaf.uptimeSeconds, leaf.scoreHundredths
            )
        );
    }

    function bill(InstanceKey instance, uint64 token, uint32 secondsSeen) internal pure returns (bytes32) {
        return _hashTwice(abi.encode(BILL, instance, token, secondsSeen));
    }

    function credit(ISettlement.Credit calldata leaf) internal pure returns (bytes32) {
        return _hashTwice(abi.encode(CREDIT, leaf.instance, leaf.month, leaf.amount));
    }

    function _hashTwice(bytes memory encoded) private pure returns (bytes32 hash) {
        assembly ("memory-safe") {
            mstore(0, keccak256(add(encoded, 0x20), mload(encoded)))
            hash := keccak256(0, 0x20)
        }
    }
}

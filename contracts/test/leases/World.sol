// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import { InstanceKey } from "../../src/leases/InstanceKey.sol";
import { ITreasury } from "../../src/treasury/ITreasury.sol";

/// @title Stand-ins for what the leases ask of other contracts, so that a test decides the answers.
/// @dev The whole network together is tested in test/network.
contract DevicesDouble {
    mapping(uint32 => bool) public inactive;

    function setActive(uint32 device, bool active) external {
        inactive[device] = !active;
    }

    function isActive(uint32 device) public view returns (bool) {
        return device != 0 && !inactive[device];
    }

    function areActive(uint32[] calldata devices) external view returns (bool[] memory active) {
        active = new bool[](devices.length);
        for (uint256 i = 0; i < devices.length; ++i) {
            active[i] = isActive(devices[i]);
        }
    }
}

contract MasternodesDouble {
    mapping(address => uint32) public idOf;
    mapping(uint32 => address) public payeeOf;
    mapping(uint32 => bool) public isActive;

    function add(uint32 id, address signer) external {
        (idOf[signer], payeeOf[id], isActive[id]) = (id, signer, true);
    }

    function setActive(uint32 id, bool active) external {
        isActive[id] = active;
    }

    function activeIdOf(address signer) external view returns (uint32 id) {
        id = idOf[signer];
        return isActive[id] ? id : 0;
    }
}

contract SettlementDouble {
    mapping(uint256 => uint256) public acceptedAt;
    uint256 private newest;

    function settle(uint256 period) external {
        acceptedAt[period] = block.timestamp;
        if (period >= newest) newest = period + 1;
    }

    function rootOf(uint256 period) external view returns (bytes32 root, uint256 time) {
        time = acceptedAt[period];
        root = time == 0 ? bytes32(0) : keccak256(abi.encode(period));
    }

    function newestPeriod() external view returns (bool, uint256) {
        return newest == 0 ? (false, 0) : (true, newest - 1);
    }
}

/// @dev Remembers the last batch as it came, and what all batches were worth.
contract TreasuryDouble {
    uint256 public shared;
    uint256 public batches;
    uint256 public lastPeriod;
    ITreasury.Payment[] private last;

    function shareIncome(uint256 period, ITreasury.Payment[] calldata payments) external payable {
        uint256 sum = 0;
        delete last;
        for (uint256 i = 0; i < payments.length; ++i) {
            sum += payments[i].amount;
            last.push(payments[i]);
        }
        require(sum == msg.value, "payments are not what was sent");
        (shared, lastPeriod) = (shared + sum, period);
        ++batches;
    }

    function lastPayments() external view returns (ITreasury.Payment[] memory) {
        return last;
    }
}
